package dev.jobstream.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream by the rules of the HTML Standard (9.2.6, "Interpreting an event stream"), wherever the bytes are
 * cut, and notes what this protocol does not want although these rules allow it. For one thread.
 */
final class SseParser {

    private static final String BOM = "\uFEFF";

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> comments = new ArrayList<>();
    private boolean first = true;
    private boolean afterCr;
    private boolean any;
    private @Nullable String id;
    private @Nullable String event;
    private @Nullable StringBuilder data;
    private @Nullable String retry;

    private boolean sawCr;
    private boolean sawBom;
    private boolean sawMalformedText;

    /** Takes the next bytes, however many; returns the blocks that end in them. */
    List<Block> feed(byte[] bytes) {
        List<Block> blocks = new ArrayList<>();
        for (byte b : bytes) {
            if (b == '\n' && afterCr) {
                afterCr = false;
            } else if (b == '\n' || b == '\r') {
                afterCr = b == '\r';
                sawCr |= afterCr;
                Block block = line(decoded());
                line.reset();
                if (block != null) {
                    blocks.add(block);
                }
            } else {
                afterCr = false;
                line.write(b);
            }
        }
        return blocks;
    }

    private String decoded() {
        byte[] bytes = line.toByteArray();
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            sawMalformedText = true;
            text = new String(bytes, StandardCharsets.UTF_8);
        }
        if (first && text.startsWith(BOM)) {
            sawBom = true;
            text = text.substring(BOM.length());
        }
        first = false;
        return text;
    }

    private @Nullable Block line(String text) {
        if (text.isEmpty()) {
            return endOfBlock();
        }
        any = true;
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        switch (name) {
            case "" -> comments.add(value);
            case "event" -> event = value;
            case "data" -> data = (data == null ? new StringBuilder() : data.append('\n')).append(value);
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            case "retry" -> retry = value.matches("[0-9]+") ? value : retry;
            default -> {
                // Ignored, as every client does.
            }
        }
        return null;
    }

    private @Nullable Block endOfBlock() {
        if (!any) {
            return null;
        }
        String name = event == null || event.isEmpty() ? "message" : event;
        Block block = new Block(id, name, data == null ? null : data.toString(), retry, List.copyOf(comments));
        any = false;
        id = null;
        event = null;
        data = null;
        retry = null;
        comments.clear();
        return block;
    }

    boolean sawCr() {
        return sawCr;
    }

    boolean sawBom() {
        return sawBom;
    }

    boolean sawMalformedText() {
        return sawMalformedText;
    }
}
