package dev.jobstream.application;

/** Lets tests in other packages do the ticker's part. */
public final class Ticks {

    private Ticks() {}

    public static void tick(JobEventStreams streams) {
        streams.tick();
    }
}
