package dev.jobstream.application;

import static dev.jobstream.application.testing.Events.id;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamStartTest {

    @Test
    void saysWhereItIs() {
        assertThat(StreamStart.beginning()).hasToString("beginning");
        assertThat(StreamStart.now()).hasToString("now");
        assertThat(StreamStart.after(id(7))).hasToString("after 7-0");
    }

    @Test
    void theBeginningIsNotNow() {
        assertThat(StreamStart.beginning().isNow()).isFalse();
        assertThat(StreamStart.now().isNow()).isTrue();
        assertThat(StreamStart.after(id(7)).isNow()).isFalse();
    }
}
