package com.example.monolith;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the application for pages, and logs in as a person does. */
final class Browser {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String root;

    Browser(String port) {
        root = "http://localhost:" + port + "/monolith";
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(root + path)).GET(), headers);
    }

    HttpResponse<String> post(String path, String type, String body, String... headers)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(root + path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The header with the cookie of the session. */
    String logIn(String user, String password) throws IOException, InterruptedException {
        HttpResponse<String> form = get("/login");
        String body = "username=" + user + "&password=" + password + "&_csrf="
                + URLEncoder.encode(csrf(form), StandardCharsets.UTF_8);
        return cookie(post("/login", "application/x-www-form-urlencoded", body, cookie(form)));
    }

    /** The header that a page of the application sends along with what it posts. */
    String forgeryProtection(String session) throws IOException, InterruptedException {
        return "X-CSRF-TOKEN: " + csrf(get("/login", session));
    }

    private static String csrf(HttpResponse<String> form) {
        Matcher csrf = CSRF.matcher(form.body());
        if (!csrf.find()) {
            throw new IllegalStateException("no login form: " + form.body());
        }
        return csrf.group(1);
    }

    private static String cookie(HttpResponse<String> response) {
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        return "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
    }
}
