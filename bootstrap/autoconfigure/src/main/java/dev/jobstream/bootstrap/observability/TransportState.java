package dev.jobstream.bootstrap.observability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a transport without asking it. */
interface TransportState {

    /** What the health calls it. */
    String name();

    /** Whether it answers. */
    boolean isConnected();

    /** Whether all that is watched can be heard. */
    boolean isListening();

    /** Why it takes no writes; {@code null} if it does. */
    @Nullable
    String refusal();

    /** What its user lacks: rights that are needed and were not given. */
    List<String> missing();

    /** A transport that is always there, or of which nothing is known. */
    static TransportState present(String name) {
        return new TransportState() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public boolean isListening() {
                return true;
            }

            @Override
            public @Nullable String refusal() {
                return null;
            }

            @Override
            public List<String> missing() {
                return List.of();
            }
        };
    }
}
