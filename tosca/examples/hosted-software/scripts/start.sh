#!/bin/sh
httpd -p "$PORT" -h /srv/page
