#!/bin/sh
# Shows the guest book. All it has, it asks of the back end, by name. (Not wget -T: it crashes in Debian's static busybox.)
escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }

if ! book=$(timeout 5 wget -q -O - "$BACKEND/cgi-bin/entries?$QUERY_STRING" 2>&1); then
  printf 'Status: 502 Bad Gateway\r\nContent-Type: text/plain\r\n\r\nThe back end %s does not answer: %s\n' "$BACKEND" "$book"
  exit 0
fi

printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
cat <<PAGE
<!doctype html>
<title>Guest book</title>
<h1>Guest book</h1>
<form><input name="text" placeholder="Say something" autofocus> <button>Sign</button></form>
<ul>
$(printf '%s' "$book" | escape | sed '/^$/d; s/.*/  <li>&<\/li>/')
</ul>
<p>Served by $(hostname), told by $BACKEND.</p>
PAGE
