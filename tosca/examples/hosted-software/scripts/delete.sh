#!/bin/sh
rm -rf /srv/page
