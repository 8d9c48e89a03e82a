package dev.jobstream.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Tells whether two publications are the same, by a digest of all their names and data. */
public final class PublicationDigest {

    private static final int BYTES = 16;

    private PublicationDigest() {}

    /** 32 hexadecimal digits: half of a SHA-256. */
    public static String of(List<NewEvent> events) {
        MessageDigest digest = Sha256.begin();
        for (NewEvent event : events) {
            byte[] type = event.type().name().getBytes(StandardCharsets.US_ASCII);
            // Lengths before texts: nothing of one can pass for a part of the other.
            digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(type.length)
                    .putInt(event.data().size())
                    .flip());
            digest.update(type);
            digest.update(event.data().toByteArray());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
