package io.meltemi.xds.server;

import io.meltemi.xds.server.Subscription.Change;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The traffic of one type on one stream: what is subscribed, what is under way and what is
/// settled. Confined to its session.
final class Flow {
    private final Subscription subscription;
    private final Departures departures = new Departures();
    private @Nullable UnderWay underWay;
    private String lastNonce = "";

    /// What the proxy refused and has had nothing better for.
    private final Set<String> refused = new HashSet<>();

    private long settledTurn;

    /// An answer the proxy has not yet acknowledged.
    ///
    /// @param turn the session's count of snapshots when it was made
    private record UnderWay(String nonce, String snapshotVersion, long turn, Change change) {}

    Flow(ResourceType type) {
        this.subscription = new Subscription(type);
    }

    Subscription subscription() {
        return subscription;
    }

    Departures departures() {
        return departures;
    }

    /// Whether nothing happened since the last look.
    boolean isQuiet() {
        return !subscription.isChanged() && departures.isEmpty();
    }

    boolean isUnderWay() {
        return underWay != null;
    }

    /// The last snapshot of which the proxy has all resources of this type.
    long settledTurn() {
        return settledTurn;
    }

    /// Everything of this turn is with the proxy, unless it refused some of it.
    void settle(long turn) {
        if (refused.isEmpty()) {
            settledTurn = turn;
        }
    }

    void sent(String nonce, String snapshotVersion, long turn, Change change) {
        subscription.sent(change);
        departures.forget(change.removed());
        underWay = new UnderWay(nonce, snapshotVersion, turn, change);
        lastNonce = nonce;
    }

    /// Nothing of this change can be said in the proxy's dialect.
    void unsaid(long turn, Change change) {
        subscription.sent(change);
        departures.forget(change.removed());
        settle(turn);
    }

    /// Takes the proxy's word on the answer with this nonce.
    ///
    /// @param refusal why it refuses; empty when it does not
    /// @param canSplit whether the dialect lets us send a part of the answer alone
    /// @return the snapshot's version it was made of; empty when no such answer is under way
    Optional<String> judged(String nonce, Optional<String> refusal, boolean canSplit) {
        UnderWay answer = underWay;
        if (answer == null || !answer.nonce().equals(nonce)) {
            return Optional.empty();
        }
        underWay = null;
        if (refusal.isPresent()) {
            refused(answer.change(), refusal.get(), canSplit);
        } else {
            answer.change().changed().forEach(resource -> refused.remove(resource.name()));
            if (refused.isEmpty()) {
                settledTurn = Math.max(settledTurn, answer.turn());
            }
        }
        return Optional.of(answer.snapshotVersion());
    }

    private void refused(Change change, String refusal, boolean canSplit) {
        List<XdsResource> changed = change.changed();
        changed.forEach(resource -> refused.add(resource.name()));
        if (canSplit && changed.size() > 1 && !change.isNamedIn(refusal)) {
            subscription.suspect(change);
        }
    }

    /// State of the world: a second request with a nonce that was judged already asks again, as
    /// Envoy does for the endpoints of a cluster that it warms anew.
    boolean isRepeated(String nonce) {
        return underWay == null && !nonce.isEmpty() && nonce.equals(lastNonce);
    }

    /// Whether the proxy still waits for resources it never had: what refers to them must wait.
    boolean isAdding(Map<String, XdsResource> desired, long turn) {
        UnderWay answer = underWay;
        if (answer == null) {
            return subscription.isSuspicious();
        }
        return !answer.change().added().isEmpty()
                || (answer.turn() < turn && subscription.lacksAny(desired));
    }

    /// A new snapshot: notes which names leave, so that they leave after what refers to them.
    void turned(Map<String, XdsResource> before, Map<String, XdsResource> after, long turn) {
        subscription.changed();
        refused.retainAll(after.keySet());
        if (!isReferredTo()) {
            return;
        }
        departures.returned(after);
        for (String name : subscription.missing(after)) {
            departures.add(name, turn, Optional.ofNullable(before.get(name)));
        }
    }

    /// Clusters and endpoints are named by routes, so they leave last.
    private boolean isReferredTo() {
        ResourceType type = subscription.type();
        return type == ResourceType.CLUSTER || type == ResourceType.ENDPOINT;
    }
}
