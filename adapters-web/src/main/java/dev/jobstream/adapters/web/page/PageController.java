package dev.jobstream.adapters.web.page;

import dev.jobstream.adapters.web.page.PageFiles.PageFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Gives the page that shows a job to whoever asks for it: it holds nothing that is secret, and reads the job with the token
 * or the session of whoever looks at it. All its addresses are relative, so that it works behind any prefix.
 */
@RestController
@RequestMapping(PageController.BASE)
public final class PageController {

    /** Where the page is unless the setting says otherwise. */
    public static final String DEFAULT = "/watch";

    /** Where it is. */
    static final String BASE = "${jobstream.page.path:" + DEFAULT + "}";

    /** Nothing but files of this origin; nothing within the page; no code in it; no form that is sent anywhere. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final PageFiles files;
    private final String lastSegment;

    /**
     * @param path where the page is: {@code /}, or segments that each begin with a slash
     * @param endpoints where the endpoints of jobs are, likewise
     */
    public PageController(String path, String endpoints) {
        long depth = path.chars().filter(c -> c == '/').count();
        boolean isRoot = path.equals("/");
        files = new PageFiles(
                String.join("", Collections.nCopies((int) (isRoot ? 0 : depth), "../")) + endpoints.substring(1));
        lastSegment = path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * The patterns of its addresses, for a security chain that is to let everybody in.
     *
     * @param path where the page is
     */
    public static String[] addresses(String path) {
        String folder = path.equals("/") ? "/" : path + "/";
        return new String[] {path, folder, folder + PageFiles.FOLDER + "/*/*"};
    }

    /** Never from a cache: it names the files of its version. */
    @GetMapping({"", "/"})
    void page(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getRequestURI().endsWith("/")) {
            response.setStatus(HttpStatus.FOUND.value());
            response.setHeader(HttpHeaders.LOCATION, lastSegment + "/");
            return;
        }
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        write(files.page(), "no-store", request, response);
    }

    /** For ever from a cache under the name of its version; as it is now under that of another node's. */
    @GetMapping("/" + PageFiles.FOLDER + "/{version}/{name}")
    void file(
            @PathVariable("version") String version,
            @PathVariable("name") String name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        PageFile file = files.file(name);
        if (file == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        boolean isOurs = version.equals(files.version());
        write(file, isOurs ? "public, max-age=31536000, immutable" : "no-cache", request, response);
    }

    private static void write(PageFile file, String cached, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, cached);
        response.setHeader(HttpHeaders.CONTENT_TYPE, file.type);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        boolean compressed = takesGzip(Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING)));
        if (compressed) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        byte[] body = file.body(compressed);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static boolean takesGzip(List<String> accepted) {
        return accepted.stream()
                .flatMap(header -> List.of(header.split(",")).stream())
                .map(String::strip)
                .anyMatch(coding -> coding.equals("gzip") || coding.matches("gzip\\s*;\\s*q=(1|0\\.\\d*[1-9]).*"));
    }
}
