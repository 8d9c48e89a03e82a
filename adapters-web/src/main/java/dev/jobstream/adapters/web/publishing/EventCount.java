package dev.jobstream.adapters.web.publishing;

/**
 * Counts the events of a body while it comes, so that one with too many is not kept. Of a body that is well formed it knows
 * exactly how many have begun; whether it is well formed is found out by who parses it. For one body, and one thread at a time.
 */
final class EventCount {

    private final boolean lines;
    private int count;
    private int depth;
    private boolean array;
    private boolean begun;
    private boolean inString;
    private boolean escaped;

    /** @param lines whether each line is an event, or else the whole is one, or an array of them */
    EventCount(boolean lines) {
        this.lines = lines;
    }

    /**
     * Looks at the next piece.
     *
     * @return the events that have begun, so far
     */
    int add(byte[] piece, int length) {
        for (int i = 0; i < length; i++) {
            if (lines) {
                line(piece[i]);
            } else {
                json(piece[i]);
            }
        }
        return count;
    }

    private void line(byte b) {
        if (b == '\n') {
            begun = false;
        } else if (!begun && !isSpace(b)) {
            begun = true;
            count++;
        }
    }

    private void json(byte b) {
        if (inString) {
            inString = escaped || b != '"';
            escaped = !escaped && b == '\\';
        } else if (b == '"') {
            inString = true;
        } else if (b == '[' || b == '{') {
            if (!begun) {
                begun = true;
                array = b == '[';
                count = array ? 0 : 1;
            }
            depth++;
            if (array && depth == 2 && count == 0) {
                count = 1;
            }
        } else if (b == ']' || b == '}') {
            depth--;
        } else if (b == ',' && array && depth == 1) {
            count++;
        }
    }

    /** Of which a line may have any number and still be none. */
    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
