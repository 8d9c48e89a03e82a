package dev.jobstream.benchmarks.peers;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is on the channel of a job, read with Jackson. */
record Envelope(String id, String event, String data) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static Envelope parse(byte[] message) {
        JsonNode node = JSON.readTree(message);
        return new Envelope(
                node.path("id").asString(),
                node.path("event").asString(),
                node.path("data").toString());
    }

    static String channel(String job) {
        return "runner-jobs:{" + job + "}:events";
    }
}
