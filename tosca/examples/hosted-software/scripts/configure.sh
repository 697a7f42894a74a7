#!/bin/sh
echo "$TITLE" >/srv/page/index.html
