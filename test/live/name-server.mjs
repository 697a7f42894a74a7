/** A nameserver of the outside world for the lab: everything below `test` is 192.0.2.7, nothing else is there. */
import { createSocket } from 'node:dgram';
import { decode, encode, RECURSION_AVAILABLE } from 'dns-packet';

const [address, port = '53'] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (message, from) => {
  const { id, questions } = decode(message);
  const [question] = questions;
  const isKnown = question.name.toLowerCase().endsWith('.test') && question.type === 'A';
  const reply = encode({
    id,
    type: 'response',
    flags: RECURSION_AVAILABLE | (isKnown ? 0 : 3),
    questions,
    answers: isKnown ? [{ name: question.name, type: 'A', ttl: 60, data: '192.0.2.7' }] : [],
  });
  socket.send(reply, from.port, from.address);
});
socket.bind(Number(port), address);
