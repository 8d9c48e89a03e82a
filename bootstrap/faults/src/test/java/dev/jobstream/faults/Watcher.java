package dev.jobstream.faults;

import dev.jobstream.tools.HttpResponse;
import dev.jobstream.tools.SseParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One client, as a good one behaves: it comes back when its connection has ended, with the id of the last event that it
 * has, after the time it was told. All but the record belongs to the thread of its {@link Watchers}.
 */
final class Watcher implements HttpResponse.Body, SseParser.Listener {

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final Pattern REASON = Pattern.compile("\"reason\":\"(\\w+)\",\"reconnect\":(\\w+)");

    /** Enough for a response's head. */
    private static final int BYTES_UNTIL_OPEN = 512;

    private final Watchers all;
    private final String job;
    private final IntSupplier port;
    private final String token;
    private final Record record = new Record();

    private int requestBytes = Integer.MAX_VALUE;
    private String source = "127.0.0.1";
    private int receiveBuffer;
    private String lastEventId;
    private String query = "";
    private SocketChannel channel;
    private SelectionKey key;
    private HttpResponse response;
    private SseParser parser;
    private boolean answered;
    private int retryMillis = -1;
    private boolean closing;
    private boolean ended;
    private boolean refused;
    private int retryAfterSeconds;
    private boolean finished;
    private boolean away;
    private boolean returns = true;
    private final Appetite appetite = new Appetite();
    private boolean restsOnceOpen;
    private volatile boolean open;
    private volatile boolean there;
    private volatile long lastByte;
    private volatile long longestSilence;
    private volatile long comments;

    Watcher(Watchers all, String job, IntSupplier port, String token) {
        this.all = all;
        this.job = job;
        this.port = port;
        this.token = token;
    }

    // ---- how it behaves: to be said before it comes ----

    /** Comes from this address of the loopback network. */
    Watcher from(String address) {
        source = address;
        return this;
    }

    /** Begins after this event. */
    Watcher after(String id) {
        lastEventId = id;
        return this;
    }

    Watcher query(String text) {
        query = text;
        return this;
    }

    /** Reads so many bytes a second; 0 for none at all. */
    Watcher reading(int perSecond, int kernelBuffer) {
        appetite.limit(perSecond);
        receiveBuffer = kernelBuffer;
        return this;
    }

    /** Reads that it is let in, and nothing more. */
    Watcher restingOnceOpen(int kernelBuffer) {
        restsOnceOpen = true;
        receiveBuffer = kernelBuffer;
        return this;
    }

    /** Sends only so many bytes of its request. */
    Watcher sendingOnly(int bytes) {
        requestBytes = bytes;
        return this;
    }

    /** Does not come back by itself. */
    Watcher once() {
        returns = false;
        return this;
    }

    // ---- what it does ----

    Watcher come() {
        all.run(this::connect);
        return this;
    }

    /** Reads as fast as it can from now on. */
    void hurry() {
        all.run(() -> {
            appetite.unlimited();
            if (key != null && key.isValid() && channel.isConnected()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        });
    }

    /** Reads nothing from now on. */
    void rest() {
        all.run(() -> {
            appetite.limit(0);
            if (key != null && key.isValid() && channel.isConnected()) {
                key.interestOps(0);
            }
        });
    }

    /** Goes for good: with a FIN, or a reset. */
    void leave(boolean reset) {
        all.run(() -> {
            returns = false;
            if (reset && channel != null && channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            disconnect();
        });
    }

    /** Goes, to come back by {@link #come}. */
    void pause() {
        all.run(() -> {
            away = true;
            disconnect();
        });
    }

    String job() {
        return job;
    }

    Record record() {
        return record;
    }

    Appetite appetite() {
        return appetite;
    }

    boolean isOpen() {
        return open;
    }

    /** It is open, or as far as it will come. */
    boolean isThere() {
        return open || there || record.count(Record.Kind.CUT) > 0;
    }

    /** The response that it had ended, or none came; and it will not come back. */
    boolean isFinished() {
        return finished;
    }

    long comments() {
        return comments;
    }

    /** Of the connection that is open, in nanoseconds. */
    long longestSilence() {
        return open ? Math.max(longestSilence, System.nanoTime() - lastByte) : longestSilence;
    }

    void forgetSilence() {
        longestSilence = 0;
        lastByte = System.nanoTime();
    }

    // ---- the connection ----

    private void connect() throws IOException {
        away = false;
        response = new HttpResponse(this);
        parser = new SseParser(this);
        answered = false;
        closing = false;
        ended = false;
        refused = false;
        retryMillis = -1;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        key = channel.register(all.selector(), 0, this);
        try {
            if (!source.equals("127.0.0.1")) {
                channel.bind(new InetSocketAddress(source, 0));
            }
            if (channel.connect(new InetSocketAddress("127.0.0.1", port.getAsInt()))) {
                request();
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
            }
        } catch (IOException e) {
            lost(e);
        }
    }

    void ready(ByteBuffer buffer) {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                request();
            } else if (key.isReadable()) {
                read(buffer);
            }
        } catch (IOException e) {
            lost(e);
        } catch (RuntimeException e) {
            record.mark(Record.Kind.BROKEN, e.toString(), System.nanoTime());
            returns = false;
            disconnect();
        }
    }

    private void request() throws IOException {
        String head = "GET /runner-jobs/" + job + "/events/stream" + query + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: text/event-stream\r\nAuthorization: Bearer " + token + "\r\n"
                + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n";
        ByteBuffer bytes = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
        bytes.limit(Math.min(bytes.limit(), requestBytes));
        channel.write(bytes);
        there = requestBytes != Integer.MAX_VALUE || appetite.isNone();
        if (bytes.hasRemaining()) {
            throw new IOException("a request larger than the kernel's buffer");
        }
        key.interestOps(appetite.isNone() ? 0 : SelectionKey.OP_READ);
        lastByte = System.nanoTime();
    }

    private void read(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (appetite.isLimited()) {
            // Ten portions a second.
            int allowance = appetite.allowance(System.nanoTime());
            buffer.limit(Math.min(buffer.capacity(), allowance));
            key.interestOps(0);
            all.later(100, () -> {
                if (key.isValid() && key.interestOps() == 0 && !appetite.isNone()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            });
            if (allowance == 0) {
                return;
            }
        } else if (restsOnceOpen && !open) {
            buffer.limit(BYTES_UNTIL_OPEN);
        }
        int length = channel.read(buffer);
        if (length < 0) {
            lost(null);
            return;
        }
        long now = System.nanoTime();
        appetite.took(length, now);
        if (open) {
            longestSilence = Math.max(longestSilence, now - lastByte);
        }
        lastByte = now;
        response.feed(buffer.array(), 0, length);
        if (!answered && response.hasHead()) {
            answered();
        }
        if (response.isDone()) {
            end();
            disconnect();
            comeBack();
        }
    }

    private void lost(IOException why) {
        if (!ended) {
            record.mark(Record.Kind.CUT, why == null ? "closed" : String.valueOf(why.getMessage()), System.nanoTime());
        }
        disconnect();
        comeBack();
    }

    private void disconnect() {
        if (open) {
            longestSilence = Math.max(longestSilence, System.nanoTime() - lastByte);
        }
        open = false;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private void comeBack() {
        if (!returns || away) {
            finished = !returns;
            return;
        }
        int jitter = ThreadLocalRandom.current().nextInt(100, 400);
        int delay = refused ? retryAfterSeconds * 1_000 + jitter : closing && retryMillis >= 0 ? retryMillis : jitter;
        all.later(delay, this::connect);
    }

    // ---- what it is told ----

    private void answered() {
        answered = true;
        long now = System.nanoTime();
        if (response.status() == 200) {
            record.mark(Record.Kind.OPENED, "", now);
            lastByte = now;
            open = true;
            if (restsOnceOpen) {
                restsOnceOpen = false;
                appetite.limit(0);
                key.interestOps(0);
            }
        } else {
            record.mark(Record.Kind.REFUSED, String.valueOf(response.status()), now);
            refused = true;
            retryAfterSeconds = response.header("Retry-After").stream()
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
            returns &= response.status() == 503;
        }
    }

    @Override
    public void bytes(byte[] buffer, int from, int to) {
        if (!answered) {
            answered();
        }
        if (response.status() == 200) {
            parser.feed(buffer, from, to);
            if (parser.hasCarriageReturns()) {
                throw new IllegalStateException("a CR in the body");
            }
        }
    }

    @Override
    public void event(SseParser event) {
        String data = event.data().toString();
        if (data.indexOf('\n') >= 0) {
            throw new IllegalStateException("data of two lines");
        }
        long now = System.nanoTime();
        switch (event.type().toString()) {
            case "stream.gap" -> record.mark(Record.Kind.GAP, data, now);
            case "stream.closing" -> {
                closing = true;
                record.mark(Record.Kind.CLOSING, data + " retry " + retryMillis, now);
                Matcher reason = REASON.matcher(data);
                returns &= reason.find() && reason.group(2).equals("true");
            }
            default -> {
                Matcher number = NUMBER.matcher(data);
                String id = event.id().toString();
                record.event(Id.of(id), number.find() ? Integer.parseInt(number.group(1)) : -1, now);
                lastEventId = id;
            }
        }
    }

    @Override
    public void comment() {
        comments++;
    }

    @Override
    public void retry(int millis) {
        retryMillis = millis;
    }

    @Override
    public void unknown(String line) {
        throw new IllegalStateException("a line that is no field: " + line);
    }

    private void end() {
        if (parser.isInMidLine()) {
            throw new IllegalStateException("the body ended in the midst of a line");
        }
        ended = true;
        if (!refused) {
            record.mark(Record.Kind.ENDED, "", System.nanoTime());
        }
    }

    @Override
    public String toString() {
        return job + (open ? " (open, " : " (") + "silent for " + (System.nanoTime() - lastByte) / 1_000_000 + " ms, "
                + record.size() + " events, " + record.marks() + ")";
    }
}
