package io.meltemi.proxy.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The attempts of one request that may still be answered: the current one, and with hedging those
/// that took too long. Confined to its event loop. `HOT`.
final class Attempts {
    private @Nullable UpstreamAttempt current;

    /// Attempts that took too long and still may answer first.
    private @Nullable List<UpstreamAttempt> slow;

    @Nullable UpstreamAttempt current() {
        return current;
    }

    void current(@Nullable UpstreamAttempt attempt) {
        current = attempt;
    }

    /// The attempt goes on beside the next one.
    void setSlow(UpstreamAttempt from) {
        if (slow == null) {
            slow = new ArrayList<>(2);
        }
        slow.add(from);
        current = null;
    }

    /// There is no next one after all.
    void unsetSlow(UpstreamAttempt from) {
        if (slow != null) {
            slow.remove(from);
        }
        current = from;
    }

    /// Whether a response may still come of another of them.
    boolean hasOther(UpstreamAttempt from) {
        if (current != null && !current.equals(from)) {
            return true;
        }
        return slow != null && (slow.size() > 1 || (slow.size() == 1 && !slow.contains(from)));
    }

    int size() {
        return (current == null ? 0 : 1) + (slow == null ? 0 : slow.size());
    }

    void forget(UpstreamAttempt from) {
        if (from.equals(current)) {
            current = null;
        } else if (slow != null) {
            slow.remove(from);
        }
    }

    /// One attempt has the response: it is the current one, and there is no other.
    ///
    /// @return whether another was current before
    boolean dropOthers(UpstreamAttempt from) {
        UpstreamAttempt before = current;
        if (before != null && !before.equals(from)) {
            before.abandon();
        }
        if (slow != null) {
            for (UpstreamAttempt each : slow) {
                if (!each.equals(from)) {
                    each.abandon();
                }
            }
            slow = null;
        }
        current = from;
        return !from.equals(before);
    }

    void abandonAll() {
        UpstreamAttempt before = current;
        current = null;
        if (before != null) {
            before.abandon();
        }
        if (slow != null) {
            slow.forEach(UpstreamAttempt::abandon);
            slow = null;
        }
    }
}
