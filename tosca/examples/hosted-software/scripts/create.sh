#!/bin/sh
mkdir -p /srv/page
