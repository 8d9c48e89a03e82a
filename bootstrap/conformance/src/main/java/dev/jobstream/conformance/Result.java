package dev.jobstream.conformance;

import java.time.Duration;

/**
 * What has become of a check.
 *
 * @param number of the section and of the check in it, such as {@code 3.2}
 * @param detail what was expected and seen, or why it was skipped; empty if it has passed
 */
record Result(String number, Section section, Check check, Outcome outcome, String detail, Duration time) {

    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }
}
