package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The traffic of one type on one stream: what is subscribed, what is under way and what is
/// settled. Confined to its session.
final class Flow {
    private final Subscription subscription;
    private final Departures departures = new Departures();
    private final Refusals refusals = new Refusals();
    private @Nullable UnderWay underWay;
    private String lastNonce = "";

    /// What the proxy has, but for what it refused.
    private Map<String, XdsResource> taken = Map.of();

    private long settledTurn;

    /// An answer the proxy has not yet acknowledged.
    ///
    /// @param made what it was made of
    private record UnderWay(String nonce, Made made, Change change) {}

    /// What the proxy is to have after an answer. Immutable.
    ///
    /// @param turn the session's count of snapshots
    record Made(long turn, String version, Map<String, XdsResource> desired) {}

    Flow(ResourceType type) {
        this.subscription = new Subscription(type);
    }

    Subscription subscription() {
        return subscription;
    }

    Departures departures() {
        return departures;
    }

    Refusals refusals() {
        return refusals;
    }

    /// Whether nothing happened since the last look.
    boolean isQuiet() {
        return !subscription.isChanged() && !isHolding();
    }

    /// Whether something waits for other types to be settled.
    boolean isHolding() {
        return !departures.isEmpty() || subscription.isHolding();
    }

    /// Whether nothing is under way and nothing is left to be said.
    boolean isAtRest() {
        return underWay == null && !subscription.isChanged();
    }

    boolean isUnderWay() {
        return underWay != null;
    }

    /// Whether the proxy has the resource of this name, or knows that there is none.
    boolean isAnswered(String name) {
        UnderWay answer = underWay;
        return subscription.isAnswered(name) && (answer == null || !answer.change().tells(name));
    }

    /// The last snapshot of which the proxy has all resources of this type but those it refused.
    long settledTurn() {
        return settledTurn;
    }

    /// Everything is with the proxy already.
    void settle(Made made) {
        settledTurn = Math.max(settledTurn, made.turn());
        taken = made.desired();
    }

    void sent(String nonce, Made made, Change change) {
        subscription.sent(change);
        departures.forget(change.removed());
        underWay = new UnderWay(nonce, made, change);
        lastNonce = nonce;
    }

    /// Nothing of this change can be said in the proxy's dialect.
    void unsaid(Made made, Change change) {
        subscription.sent(change);
        departures.forget(change.removed());
        settle(made);
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
        List<XdsResource> changed = answer.change().changed();
        if (refusal.isEmpty()) {
            refusals.taken(changed);
            settleUnlessMore(answer.made());
            return Optional.of(answer.made().version());
        }
        List<XdsResource> named = answer.change().namedIn(refusal.get());
        (named.isEmpty() ? changed : named).forEach(r -> refused(r, answer.change()));
        if (named.isEmpty() && canSplit && changed.size() > 1) {
            subscription.suspect(answer.change());
        } else if (canSplit && subscription.type().isTakenWhole()) {
            subscription.untaken(answer.change(), named);
        } else {
            settleUnlessMore(answer.made());
        }
        return Optional.of(answer.made().version());
    }

    /// Of what is said in several answers the last one settles it.
    private void settleUnlessMore(Made made) {
        if (!subscription.hasMore()) {
            settle(made);
        }
    }

    private void refused(XdsResource resource, Change change) {
        String name = resource.name();
        refusals.add(name, resource.version(), change.added().contains(name), taken.get(name));
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
            return subscription.isSuspicious() || subscription.hasMore();
        }
        return !answer.change().added().isEmpty()
                || subscription.hasMore()
                || (answer.made().turn() < turn && subscription.lacksAny(desired));
    }

    /// A new snapshot: notes which names leave, so that they leave after what refers to them.
    void turned(Map<String, XdsResource> before, Map<String, XdsResource> after, long turn) {
        subscription.changed();
        refusals.retain(after.keySet());
        if (!isReferredTo()) {
            return;
        }
        departures.returned(after);
        for (String name : subscription.missing(after)) {
            departures.add(name, turn, Optional.ofNullable(before.get(name)));
        }
    }

    /// Clusters and endpoints are named by routes, so they leave last.
    boolean isReferredTo() {
        ResourceType type = subscription.type();
        return type == ResourceType.CLUSTER || type == ResourceType.ENDPOINT;
    }
}
