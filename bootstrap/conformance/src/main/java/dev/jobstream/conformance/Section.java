package dev.jobstream.conformance;

import java.util.List;

/**
 * Checks of one part of the protocol.
 *
 * @param heading under which docs/protocol.md has it
 * @param checks in the order of their numbers
 */
record Section(String title, String heading, List<Check> checks) {}
