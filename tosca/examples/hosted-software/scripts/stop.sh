#!/bin/sh
killall httpd
