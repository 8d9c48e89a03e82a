package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link JournalContract} about reading from the newest event back. */
abstract class JournalBackwardsContract extends JournalReadingContract {

    @Test
    void j34_readsTheNewestBeforeAnIdOldestFirst() {
        List<EventId> ids = publish(20);

        JournalPage page = transport.source().readBefore(job, ids.get(10), 4);
        assertThat(page.events()).extracting(JobEvent::id).isEqualTo(ids.subList(6, 10));
        assertThat(page.events()).extracting(JobEvent::prev).isEqualTo(ids.subList(5, 9));
        assertThat(page.more()).isTrue();

        JournalPage oldest = transport.source().readBefore(job, ids.get(2), 2);
        assertThat(oldest.events()).extracting(JobEvent::id).isEqualTo(ids.subList(0, 2));
        assertThat(oldest.more()).isFalse();

        JournalPage nothing = transport.source().readBefore(job, ids.get(0), 2);
        assertThat(nothing.events()).isEmpty();
        assertThat(nothing.more()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> transport.source().readBefore(job, ids.get(0), 0));
    }

    @Test
    void j35_readsBeforeAnIdThatIsNotInTheJournal() {
        assertThat(transport.source().readBefore(job, BEHIND_ALL, 10).events()).isEmpty();
        List<EventId> ids = publish(3);

        assertThat(transport.source().readBefore(job, BEHIND_ALL, 10).events()).isEqualTo(all(transport.source(), job));
        assertThat(transport.source().readBefore(job, new EventId(1, 1), 10).events())
                .isEmpty();
        assertThat(transport.source().readBefore(job, EventId.NONE, 10).events())
                .isEmpty();
        EventId between = new EventId(ids.get(1).time(), ids.get(1).sequence() + 1);
        assertThat(transport.source().readBefore(job, between, 1).events())
                .extracting(JobEvent::id)
                .containsExactly(ids.get(1));
    }

    @Test
    void j36_largeEventsMayTakeMorePagesBackwardsTooButAllAreRead() {
        String chunk = "{\"c\":\"" + "x".repeat(200 * 1024) + "\"}";
        for (int i = 0; i < 6; i++) {
            transport.publisher().publish(job, NewEvent.of("step.output", chunk));
        }

        List<EventId> backwards = new ArrayList<>();
        EventId before = BEHIND_ALL;
        JournalPage page;
        do {
            page = transport.source().readBefore(job, before, 100);
            assertThat(page.events()).isNotEmpty();
            before = page.events().get(0).journaledId();
            for (int i = page.events().size() - 1; i >= 0; i--) {
                backwards.add(0, page.events().get(i).journaledId());
            }
        } while (page.more());

        assertThat(backwards)
                .isEqualTo(
                        all(transport.source(), job).stream().map(JobEvent::id).toList());
    }
}
