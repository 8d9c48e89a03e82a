package dev.jobstream.domain;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The payload of an event: one JSON object (RFC 8259) as UTF-8 bytes, on one line, as its publisher wrote it.
 *
 * <p>The bytes are checked here, once, and nowhere behind: code that holds an {@code EventData} may write it to a
 * line-based protocol, for it has neither CR nor LF. Key order, number text, escapes and white space are the publisher's;
 * only a line break between tokens has become one space, and white space around the object is gone. Immutable.
 */
public final class EventData {

    /** How deep objects and arrays may nest. */
    public static final int MAX_DEPTH = 512;

    /**
     * Stands for data that is not there: an event is known to have happened, but its journal has kept no more of it, or holds
     * something in its place that nobody may be given. To a client it is an empty object.
     */
    public static final EventData LOST = new EventData(new byte[] {'{', '}'});

    private final byte[] json;

    private EventData(byte[] json) {
        this.json = json;
    }

    /** @throws InvalidEventException if the bytes are not one JSON object in UTF-8 */
    public static EventData parse(byte[] json) {
        return parse(json, 0, json.length);
    }

    /**
     * Reads {@code json[from..to)}, which is copied.
     *
     * @throws InvalidEventException if the bytes are not one JSON object in UTF-8
     */
    public static EventData parse(byte[] json, int from, int to) {
        JsonScanner scanner = new JsonScanner(json, from, to);
        scanner.skipSpace();
        EventData data = scanner.object();
        scanner.end();
        return data;
    }

    /** @throws InvalidEventException if the text is not one JSON object, or has half of a surrogate pair */
    public static EventData parse(String json) {
        ByteBuffer bytes;
        try {
            // Not getBytes(), which would quietly replace what UTF-8 cannot carry.
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            throw new InvalidEventException("data has an unpaired surrogate");
        }
        return parse(bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.limit());
    }

    /** The caller has scanned {@code json[from..to)}: an object, with line breaks between tokens if {@code folds}. */
    static EventData scanned(byte[] json, int from, int to, boolean folds) {
        byte[] copy = Arrays.copyOfRange(json, from, to);
        return new EventData(folds ? fold(copy) : copy);
    }

    /** CR and LF cannot stand inside a JSON string, so that each is between tokens; CR LF is one line break. */
    private static byte[] fold(byte[] json) {
        int length = 0;
        boolean afterCr = false;
        for (byte b : json) {
            boolean secondOfPair = b == '\n' && afterCr;
            afterCr = b == '\r';
            if (!secondOfPair) {
                json[length++] = b == '\r' || b == '\n' ? (byte) ' ' : b;
            }
        }
        return Arrays.copyOf(json, length);
    }

    /** Whether this is {@link #LOST}, and not what a publisher wrote. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isLost() {
        return this == LOST; // Not equals: a publisher may write an empty object.
    }

    /**
     * What a member of the object says, its escapes read (RFC 8259, section 7): perhaps with half of a surrogate pair, which
     * JSON can write. Of a name that is given twice the last counts, as for most readers of JSON.
     *
     * @return {@code null} if there is no such member, or it is not a string
     */
    public @Nullable String text(String member) {
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        String text = null;
        scanner.expect('{');
        scanner.skipSpace();
        if (scanner.take('}')) {
            return null;
        }
        do {
            scanner.skipSpace();
            String name = scanner.string();
            scanner.colon();
            if (name.equals(member)) {
                text = scanner.stringOrSkip();
            } else {
                scanner.skipValue();
            }
            scanner.skipSpace();
        } while (scanner.take(','));
        return text;
    }

    /** The number of bytes. */
    public int size() {
        return json.length;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return json.clone();
    }

    /** Copies the bytes to {@code target[at..at + size())} and returns the index behind them. */
    public int copyTo(byte[] target, int at) {
        System.arraycopy(json, 0, target, at, json.length);
        return at + json.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventData that && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    /** The JSON text. */
    @Override
    public String toString() {
        return new String(json, StandardCharsets.UTF_8);
    }
}
