// Prints each message of a job's WebSocket as npm's ws tells it, one a line; comes back until the job has ended.
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
let last = '';
let tries = 20;

function open() {
  const socket = new WebSocket(`${url}?lastEventId=${last}`, { headers: { Authorization: `Bearer ${token}` } });
  socket.on('message', (message) => {
    console.log(message.toString());
    last = JSON.parse(message).id;
  });
  socket.on('error', () => {}); // It is closed next.
  socket.on('close', (code) => {
    if (code !== 1000 && --tries > 0) setTimeout(open, 100);
  });
}

open();
