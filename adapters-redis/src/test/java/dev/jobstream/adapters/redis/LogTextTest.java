package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

    @Test
    void whatCouldForgeALineIsWrittenOut() {
        assertThat(LogText.of("id\n2026 WARN forged\r\u001b[31m\u0000\u2028\u202e\u0085"))
                .isEqualTo("id\\u{a}2026 WARN forged\\u{d}\\u{1b}[31m\\u{0}\\u{2028}\\u{202e}\\u{85}");
    }

    @Test
    void otherTextStaysAsItIs() {
        assertThat(LogText.of("Größe 🚀 \"x\" \\n")).isEqualTo("Größe 🚀 \"x\" \\n");
    }

    @Test
    void isBounded() {
        assertThat(LogText.of("🚀".repeat(1_000))).isEqualTo("🚀".repeat(200) + "…");
        assertThat(LogText.of("x".repeat(200))).isEqualTo("x".repeat(200));
    }

    @Test
    void halfACharacterIsWrittenOut() {
        assertThat(LogText.of("\ud83d")).isEqualTo("\\u{d83d}");
    }
}
