package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EndReasonTest {

    @Test
    void whatIsAnnouncedToAClientIsPartOfTheContract() {
        assertThat(Arrays.stream(EndReason.values())
                        .filter(reason -> reason.closing() != null)
                        .map(reason -> reason.closing() + " " + reason.reconnect()))
                .containsExactlyInAnyOrder(
                        "token_expired false",
                        "revoked false",
                        "shutdown true",
                        "overloaded true",
                        "source_lost true",
                        "max_lifetime true");
    }

    @Test
    void aClientThatHasAllOrHasGoneIsToldNothing() {
        assertThat(EndReason.FINISHED.closing()).isNull();
        assertThat(EndReason.CLIENT_GONE.closing()).isNull();
        assertThat(EndReason.STALLED.closing()).isNull();
    }
}
