// Follows a stream as npm's eventsource does, until it stops by itself.
import { EventSource } from 'eventsource';

new EventSource(process.argv[2]);
