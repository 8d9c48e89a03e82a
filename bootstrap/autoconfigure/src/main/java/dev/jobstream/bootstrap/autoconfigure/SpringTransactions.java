package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.application.publishing.Transactions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Spring's transactions of the calling thread; those of reactive code are none of them. */
final class SpringTransactions implements Transactions {

    @Override
    public boolean afterCommit(Runnable action) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return false;
        }
        TransactionSynchronizationManager.registerSynchronization(new OnCommit(action));
        return true;
    }

    private static final class OnCommit implements TransactionSynchronization {

        /** Those that were set after this: what is rolled back to one of them came later. */
        private final Set<Object> laterSavepoints = Collections.newSetFromMap(new IdentityHashMap<>());

        private @Nullable Runnable action;

        OnCommit(Runnable action) {
            this.action = action;
        }

        @Override
        public void savepoint(Object savepoint) {
            laterSavepoints.add(savepoint);
        }

        @Override
        public void savepointRollback(Object savepoint) {
            if (!laterSavepoints.contains(savepoint)) {
                action = null;
            }
        }

        @Override
        public void afterCommit() {
            perform();
        }

        /** For what was given while others were told of the commit: Spring tells it of the completion only. */
        @Override
        public void afterCompletion(int status) {
            if (status == STATUS_COMMITTED) {
                perform();
            }
        }

        private void perform() {
            Runnable due = action;
            action = null;
            if (due != null) {
                due.run();
            }
        }
    }
}
