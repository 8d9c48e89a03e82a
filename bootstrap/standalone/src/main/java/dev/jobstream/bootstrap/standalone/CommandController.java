package dev.jobstream.bootstrap.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Gives the command {@code jobstream} to whoever asks for it: a script for a shell, which has no secret. */
@RestController
final class CommandController {

    /** Where it is, on the class path and on the server. */
    static final String PATH = "/jobstream";

    private static final MediaType SHELL_SCRIPT = new MediaType("text", "x-shellscript", StandardCharsets.UTF_8);

    private final byte[] script;
    private final String tag;

    CommandController() {
        try {
            script = new ClassPathResource("dev/jobstream" + PATH).getContentAsByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tag = '"' + DigestUtils.md5DigestAsHex(script) + '"';
    }

    /** Whoever has it already asks whether it is still the same. */
    @GetMapping(PATH)
    ResponseEntity<byte[]> command() {
        return ResponseEntity.ok()
                .contentType(SHELL_SCRIPT)
                .cacheControl(CacheControl.noCache())
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"jobstream\"")
                .eTag(tag)
                .body(script);
    }
}
