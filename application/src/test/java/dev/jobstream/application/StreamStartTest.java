package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StreamStartTest {

    @Test
    void saysWhereItIs() {
        assertThat(StreamStart.beginning()).hasToString("beginning");
        assertThat(StreamStart.now()).hasToString("now");
        assertThat(StreamStart.after(id(7))).hasToString("after 7-0");
    }

    @Test
    void onlyNowAndTheTailDependOnWhenItBegins() {
        assertThat(StreamStart.beginning().isRelative()).isFalse();
        assertThat(StreamStart.after(id(7)).isRelative()).isFalse();
        assertThat(StreamStart.now().isRelative()).isTrue();
        assertThat(StreamStart.tail(1).isRelative()).isTrue();
    }

    @Test
    void theLastOfNothingIsNow() {
        assertThat(StreamStart.tail(0)).isSameAs(StreamStart.now());
        assertThat(StreamStart.tail(10_000)).hasToString("tail 10000");
        assertThatIllegalArgumentException().isThrownBy(() -> StreamStart.tail(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> StreamStart.tail(10_001));
    }
}
