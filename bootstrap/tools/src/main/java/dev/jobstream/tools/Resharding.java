package dev.jobstream.tools;

import static dev.jobstream.tools.ClusterNodes.call;

import java.util.ArrayList;
import java.util.List;

/**
 * The move of slots from one primary of a cluster to another. Those that have keys go one after the other, each with its keys,
 * as {@code valkey-cli --cluster} moves them. A node writes its configuration down with each; so those without keys are
 * claimed together, in a newer epoch.
 */
record Resharding(ValkeyServer from, ValkeyServer to, int first, int last) {

    private static final int KEYS_AT_ONCE = 100;

    /** @param others the primaries that have to learn of it */
    void move(List<ValkeyServer> others) {
        List<String> empty = new ArrayList<>();
        for (int slot = first; slot <= last; slot++) {
            String name = String.valueOf(slot);
            if (Long.valueOf(0).equals(call(from, "CLUSTER", "COUNTKEYSINSLOT", name))) {
                empty.add(name);
            } else {
                moveWithKeys(name, others);
            }
        }
        if (!empty.isEmpty()) {
            call(to, claim("DELSLOTS", empty), claim("ADDSLOTS", empty), new String[] {"CLUSTER", "BUMPEPOCH"});
        }
    }

    private static String[] claim(String command, List<String> slots) {
        List<String> words = new ArrayList<>(List.of("CLUSTER", command));
        words.addAll(slots);
        return words.toArray(String[]::new);
    }

    private void moveWithKeys(String slot, List<ValkeyServer> others) {
        String target = ValkeyCluster.id(to);
        call(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", ValkeyCluster.id(from));
        call(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", target);
        moveKeys(slot);
        call(to, "CLUSTER", "SETSLOT", slot, "NODE", target);
        call(from, "CLUSTER", "SETSLOT", slot, "NODE", target);
        others.forEach(node -> call(node, "CLUSTER", "SETSLOT", slot, "NODE", target));
    }

    private void moveKeys(String slot) {
        while (true) {
            Object keys = call(from, "CLUSTER", "GETKEYSINSLOT", slot, String.valueOf(KEYS_AT_ONCE));
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
