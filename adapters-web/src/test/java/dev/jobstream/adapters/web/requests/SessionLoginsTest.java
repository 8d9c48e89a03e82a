package dev.jobstream.adapters.web.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.Login;
import jakarta.servlet.http.HttpSessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpSession;

class SessionLoginsTest {

    private final List<Login> ended = new ArrayList<>();
    private final SessionLogins logins = new SessionLogins(ended::addAll);
    private final MockHttpSession session = new MockHttpSession(null, "first");

    private static MockHttpServletRequest request() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setUserPrincipal(() -> "alice");
        return request;
    }

    private Login login() {
        MockHttpServletRequest request = request();
        request.setSession(session);
        return Objects.requireNonNull(logins.of(request));
    }

    private void changeId() {
        String old = session.getId();
        session.changeSessionId();
        logins.sessionIdChanged(new HttpSessionEvent(session), old);
    }

    private void destroy() {
        logins.sessionDestroyed(new HttpSessionEvent(session));
    }

    @Test
    void allStreamsOfASessionEndWithIt() {
        List<Login> opened = List.of(login(), login());
        destroy();
        assertThat(ended).containsExactlyInAnyOrderElementsOf(opened);
        assertThat(logins.size()).isZero();
    }

    @Test
    void aSessionThatChangesItsIdIsTheSame() {
        Login before = login();
        changeId();
        assertThat(ended).isEmpty();
        Login after = login();
        destroy();
        assertThat(ended).containsExactlyInAnyOrder(before, after);
    }

    /** The container changes the id, and tells of it later. */
    @Test
    void aStreamThatOpensWhileTheIdChangesEndsWithTheOthers() {
        Login before = login();
        String old = session.getId();
        session.changeSessionId();
        Login meanwhile = login();
        logins.sessionIdChanged(new HttpSessionEvent(session), old);
        destroy();
        assertThat(ended).containsExactlyInAnyOrder(before, meanwhile);
    }

    /** The container tells of an end, and hands the session out until it is one. */
    @Test
    void aStreamThatOpensWhileTheSessionEndsIsOver() {
        destroy();
        login();
        assertThat(logins.size()).isZero();
    }

    @Test
    void noSessionIsMadeAndNoneIsNoted() {
        MockHttpServletRequest stranger = request();
        assertThat(logins.of(stranger)).isNull();
        assertThat(stranger.getSession(false)).isNull();

        MockHttpServletRequest nobody = new MockHttpServletRequest();
        nobody.setSession(session);
        assertThat(logins.of(nobody)).isNull();

        MockHttpServletRequest byToken = request();
        byToken.setSession(session);
        byToken.addHeader("Authorization", "Bearer x");
        assertThat(logins.of(byToken)).isNull();
        assertThat(logins.size()).isZero();
    }

    /** Some who manage sessions never tell of an end. */
    @Test
    void sessionsWhoseStreamsHaveEndedAreForgotten() {
        int[] opened = {0};
        Awaitility.await().until(() -> {
            System.gc(); // Tells of what it has found a moment later, and not always before the next look at it.
            for (int n = 0; n < 1_000; n++) {
                MockHttpServletRequest request = request();
                request.setSession(new MockHttpSession());
                Objects.requireNonNull(logins.of(request));
                opened[0]++;
            }
            return logins.size() < opened[0];
        });
    }
}
