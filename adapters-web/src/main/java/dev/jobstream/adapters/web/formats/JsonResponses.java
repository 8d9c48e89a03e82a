package dev.jobstream.adapters.web.formats;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Answers that are JSON and whole, and that nobody may keep. */
public final class JsonResponses {

    private JsonResponses() {}

    /** Writes the answer, with the status that the response has. */
    public static void write(byte[] json, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
