package dev.jobstream.adapters.web.requests;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.Login;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The servlet container's sessions that streams were opened in, so that a stream ends with its session: when its user logs out,
 * and when it expires. A session that goes on under another id is still the same. Safe for use by many threads.
 *
 * <p>Of a session only its id is kept, and that only while one of its streams is open: whoever manages the sessions may not tell
 * of their ends. The id is read, and moved, under one lock. It changes before anybody is told: who still reads the old one
 * is there when it is moved, and who reads the new one may find others there that have been moved.
 */
public final class SessionLogins implements HttpSessionListener, HttpSessionIdListener {

    /** Sessions after which it is looked for the first time whether there are some without streams. */
    private static final int FIRST_SWEEP = 1_000;

    /**
     * The newest ends that are remembered. A container tells of an end before it is one, and hands the session out until
     * then: for microseconds.
     */
    private static final int ENDS = 1_000;

    private final Consumer<Collection<Login>> ending;
    private final Map<String, Set<Login>> logins = new HashMap<>();
    private final Set<String> ended = Collections.newSetFromMap(new Newest());
    private int nextSweep = FIRST_SWEEP;

    /** @param ending ends the streams of these logins; see {@link JobEventStreams#end} */
    public SessionLogins(Consumer<Collection<Login>> ending) {
        this.ending = ending;
    }

    /**
     * A login that ends with the session by which this request's user is known; {@code null} if there is none, which does not
     * make one, or the user came with credentials of the request's own.
     */
    @Nullable
    Login of(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null
                || request.getUserPrincipal() == null
                || request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
            return null;
        }
        Login login = new Login();
        synchronized (this) {
            String id = session.getId();
            if (ended.contains(id)) {
                login.markOver();
                return login;
            }
            sweep();
            logins.computeIfAbsent(id, unused -> weakSet()).add(login);
        }
        return login;
    }

    private static Set<Login> weakSet() {
        return Collections.newSetFromMap(new WeakHashMap<>());
    }

    private void sweep() {
        if (logins.size() >= nextSweep) {
            logins.values().removeIf(Set::isEmpty);
            nextSweep = Math.max(FIRST_SWEEP, 2 * logins.size());
        }
    }

    /** The sessions that are known at the moment. */
    synchronized int size() {
        return logins.size();
    }

    @Override
    public void sessionDestroyed(HttpSessionEvent event) {
        Set<Login> over;
        synchronized (this) {
            String id = event.getSession().getId();
            ended.add(id);
            over = logins.remove(id);
        }
        if (over != null) {
            ending.accept(Set.copyOf(over));
        }
    }

    @Override
    public synchronized void sessionIdChanged(HttpSessionEvent event, String oldId) {
        Set<Login> moved = logins.remove(oldId);
        if (moved != null) {
            logins.computeIfAbsent(event.getSession().getId(), unused -> weakSet())
                    .addAll(moved);
        }
    }

    private static final class Newest extends LinkedHashMap<String, Boolean> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ENDS;
        }
    }
}
