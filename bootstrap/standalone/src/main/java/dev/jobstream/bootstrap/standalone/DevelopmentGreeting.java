package dev.jobstream.bootstrap.standalone;

import dev.jobstream.bootstrap.autoconfigure.PageProperties;
import dev.jobstream.bootstrap.autoconfigure.WebProperties;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.WebMvcProperties;
import org.springframework.context.ApplicationListener;

/** Tells whoever has just started the standalone server how to watch a job. */
final class DevelopmentGreeting implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(DevelopmentGreeting.class);

    private final DevelopmentToken token;
    private final boolean demo;
    private final ServerProperties server;
    private final WebMvcProperties mvc;
    private final WebProperties web;
    private final PageProperties page;

    /** @param demo whether there is a demo job to watch */
    DevelopmentGreeting(
            DevelopmentToken token,
            boolean demo,
            ServerProperties server,
            WebMvcProperties mvc,
            WebProperties web,
            PageProperties page) {
        this.web = web;
        this.page = page;
        this.server = server;
        this.mvc = mvc;
        this.token = token;
        this.demo = demo;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (!(event.getApplicationContext() instanceof WebServerApplicationContext context)
                || context.getWebServer() == null) {
            return;
        }
        String issued = token.issue();
        String address = address(context.getWebServer().getPort());
        String job = demo ? DemoJob.ID.value() : "my-job";
        log.info(
                """
                No issuer is configured, so this process trusts a token of its own, for development only, for {} hours,
                and listens on {}. Watch a job:

                curl -N -H "Authorization: Bearer {}" {}/{}/events/stream
                {}""",
                DevelopmentToken.VALIDITY.toHours(),
                server.getAddress() == null
                        ? "the loopback interface only (set server.address to be reached from elsewhere)"
                        : server.getAddress().getHostAddress(),
                issued,
                address + web.path(),
                job,
                page.enabled() ? "\nor in a browser:\n\n" + page(address, job, issued) + "\n" : "");
    }

    /** The token stands behind the #, which a browser sends to nobody; the page takes it out of the address. */
    private String page(String address, String job, String issued) {
        String path = page.path().equals("/") ? "/" : page.path() + "/";
        return address + path + "#job=" + job + "&token=" + issued;
    }

    /** Where this server is reached from the machine that it runs on. */
    private String address(int port) {
        Ssl ssl = server.getSsl();
        InetAddress bound = server.getAddress();
        String host = bound == null || bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
        String context = server.getServlet().getContextPath();
        return (Ssl.isEnabled(ssl) ? "https://" : "http://")
                + (bound instanceof Inet6Address && !bound.isAnyLocalAddress() ? "[" + host + "]" : host)
                + ":" + port
                + (context == null ? "" : context)
                + mvc.getServlet().getServletPrefix();
    }
}
