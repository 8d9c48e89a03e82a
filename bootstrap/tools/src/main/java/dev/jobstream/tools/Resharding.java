package dev.jobstream.tools;

import static dev.jobstream.tools.ClusterNodes.call;

import java.util.ArrayList;
import java.util.List;

/** The move of slots, with their keys, from one primary of a cluster to another. */
record Resharding(ValkeyServer from, ValkeyServer to, int first, int last) {

    private static final int KEYS_AT_ONCE = 100;

    /** @param others the primaries that have to learn of it */
    void move(List<ValkeyServer> others) {
        String target = ValkeyCluster.id(to);
        call(to, setSlots("IMPORTING", ValkeyCluster.id(from)));
        call(from, setSlots("MIGRATING", target));
        for (int slot = first; slot <= last; slot++) {
            moveKeys(slot);
        }
        String[][] done = setSlots("NODE", target);
        call(to, done);
        call(from, done);
        others.forEach(node -> call(node, done));
    }

    private String[][] setSlots(String state, String node) {
        String[][] commands = new String[last - first + 1][];
        for (int slot = first; slot <= last; slot++) {
            commands[slot - first] = new String[] {"CLUSTER", "SETSLOT", String.valueOf(slot), state, node};
        }
        return commands;
    }

    private void moveKeys(int slot) {
        while (true) {
            Object keys = call(from, "CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), String.valueOf(KEYS_AT_ONCE));
            if (!(keys instanceof List<?> list) || list.isEmpty()) {
                return;
            }
            List<String> words = new ArrayList<>(List.of("MIGRATE", to.host(), String.valueOf(to.port())));
            words.addAll(List.of("", "0", String.valueOf(ClusterNodes.PATIENCE.toMillis()), "KEYS"));
            list.forEach(key -> words.add(String.valueOf(key)));
            call(from, words.toArray(String[]::new));
        }
    }
}
