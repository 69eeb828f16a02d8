package io.meltemi.proxy.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.xds.client.DiscoveryClient;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.client.StreamKind;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who is asked for what, and what has come of it. Confined to the configuration thread.
///
/// Envoy opens a stream for each subscription that is not on ADS; here one stream carries all of a
/// type that come from the same source.
public final class Subscriptions implements AutoCloseable {
    /// What puts resources in force.
    public interface Target {
        /// @return the resources it refuses; the others are in force or warming
        List<ResourceProblem> apply(Delivery delivery);

        /// After a delivery, or when nobody need wait for something any more.
        void settled(ResourceType type);
    }

    /// What a source says at once. Immutable.
    ///
    /// @param version the source's word for the whole
    public record Delivery(
            XdsSource source,
            ResourceType type,
            List<XdsResource> changed,
            List<String> removed,
            String version) {
        public Delivery {
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }
    }

    /// What streams are made of. Immutable.
    public record Surroundings(
            Function<String, Channel> channels,
            Node node,
            ScheduledExecutorService executor,
            StatsStore stats) {}

    private record StreamKey(XdsSource source, Optional<ResourceType> only) {}

    private final Surroundings surroundings;
    private final Target target;
    private final FileWatch watch = new FileWatch();
    private final Map<Wish.Key, Subscription> subscriptions = new HashMap<>();
    private final Map<StreamKey, SourceStream> streams = new HashMap<>();
    private final Map<Wish.Key, FileFeed> files = new HashMap<>();
    private XdsSource.@Nullable Grpc ads;

    public Subscriptions(Surroundings surroundings, Target target) {
        this.surroundings = surroundings;
        this.target = target;
    }

    /// Says where the stream of all types leads; it is opened with the first wish of it.
    public void ads(XdsSource.Grpc source) {
        ads = source;
    }

    /// Asks for something for as long as the proxy lives.
    public void want(Wish wish) {
        subscribe(wish);
    }

    /// Asks for these single resources, and no longer for others.
    ///
    /// @return what is no longer asked for
    public Set<Wish.Key> retain(Set<Wish> wishes) {
        Map<Wish.Key, Set<String>> prefixes = new HashMap<>();
        for (Wish wish : wishes) {
            prefixes.computeIfAbsent(wish.key(), _ -> new HashSet<>()).add(wish.statPrefix());
        }
        Set<Wish.Key> gone = new HashSet<>();
        for (Wish.Key key : List.copyOf(subscriptions.keySet())) {
            if (isSingle(key) && !prefixes.containsKey(key)) {
                gone.add(key);
                unsubscribe(key);
            }
        }
        wishes.forEach(this::subscribe);
        prefixes.forEach((key, own) -> {
            Subscription subscription = subscriptions.get(key);
            if (subscription != null) {
                subscription.countOnly(own);
            }
        });
        return gone;
    }

    /// Asks for one more resource of a type of which others are wished already; nobody is told how
    /// that goes but by what comes.
    public void ask(Wish.Key key) {
        SourceStream stream = streams.get(streamKey(key));
        if (stream != null) {
            stream.client().subscribe(key.type(), List.of(key.name()));
        }
    }

    /// The opposite.
    public void askNoMore(Wish.Key key) {
        SourceStream stream = streams.get(streamKey(key));
        if (stream != null) {
            stream.client().unsubscribe(key.type(), List.of(key.name()));
        }
    }

    /// Asks for one more resource, whether or not others of its type are wished already.
    ///
    /// @param statPrefix whose statistics tell of a stream that is opened for it
    public void askAlone(Wish.Key key, String statPrefix) {
        SourceStream stream = stream(new Wish(key, 0, statPrefix));
        if (stream != null) {
            stream.client().subscribe(key.type(), List.of(key.name()));
        }
    }

    /// Whether it is asked for by a wish.
    public boolean isAsked(Wish.Key key) {
        return subscriptions.containsKey(key);
    }

    private static boolean isSingle(Wish.Key key) {
        return switch (key.type()) {
            case CLUSTER, LISTENER -> !key.name().equals(Wish.ALL);
            case RUNTIME -> false;
            // All of a source, for as long as routes ask for them.
            case ENDPOINT, EXTENSION, SCOPED_ROUTE, ROUTE, VIRTUAL_HOST, SECRET, NAME_TABLE -> true;
        };
    }

    /// Why these cannot be asked for beside what is asked for already, or empty: secrets are known
    /// by their names alone, so that each has one source.
    public Optional<String> conflict(Set<Wish> wishes) {
        for (Wish wish : wishes) {
            for (Wish.Key other : subscriptions.keySet()) {
                if (wish.isFor(ResourceType.SECRET)
                        && other.type() == ResourceType.SECRET
                        && other.name().equals(wish.key().name())
                        && !other.equals(wish.key())) {
                    return Optional.of(
                            "secret '" + other.name() + "' comes from another source already");
                }
            }
        }
        return Optional.empty();
    }

    /// What is there does not suit somebody who wishes it since.
    public void conflicted(Wish.Key key) {
        Subscription subscription = subscriptions.get(key);
        if (subscription != null) {
            subscription.conflicted();
        }
    }

    /// Whether nobody need wait for it any more.
    public boolean isSettled(Wish.Key key) {
        Subscription subscription = subscriptions.get(key);
        return subscription != null && subscription.isSettled();
    }

    private void subscribe(Wish wish) {
        Subscription known = subscriptions.get(wish.key());
        if (known != null) {
            known.count(wish.statPrefix(), surroundings.stats());
            return;
        }
        Subscription subscription = new Subscription(wish.key());
        subscriptions.put(wish.key(), subscription);
        subscription.count(wish.statPrefix(), surroundings.stats());
        if (wish.initialFetchNanos() > 0) {
            subscription.timeout(
                    surroundings
                            .executor()
                            .schedule(
                                    () -> timeOut(subscription),
                                    wish.initialFetchNanos(),
                                    TimeUnit.NANOSECONDS));
        }
        open(subscription, wish);
    }

    private void open(Subscription subscription, Wish wish) {
        switch (wish.key().source()) {
            case XdsSource.File file -> {
                FileFeed feed =
                        new FileFeed(subscription, file, this, watch, surroundings.executor());
                files.put(wish.key(), feed);
                // Not now: whoever asks is not ready to be told.
                surroundings.executor().execute(feed::read);
            }
            case XdsSource.Ads _, XdsSource.Grpc _ -> {
                SourceStream stream = stream(wish);
                if (stream == null) {
                    return;
                }
                if (wish.key().name().equals(Wish.ALL)) {
                    stream.client().subscribeAll(wish.key().type());
                } else {
                    stream.client().subscribe(wish.key().type(), List.of(wish.key().name()));
                }
            }
        }
    }

    private StreamKey streamKey(Wish.Key key) {
        return new StreamKey(
                key.source(),
                key.source() instanceof XdsSource.Ads ? Optional.empty() : Optional.of(key.type()));
    }

    /// Null when the bootstrap names no ADS: then one waits in vain, as in Envoy.
    private @Nullable SourceStream stream(Wish wish) {
        StreamKey key = streamKey(wish.key());
        SourceStream known = streams.get(key);
        XdsSource.Grpc leadsTo = wish.key().source() instanceof XdsSource.Grpc own ? own : ads;
        if (known != null || leadsTo == null) {
            return known;
        }
        String prefix = key.only().isEmpty() ? "" : wish.statPrefix();
        SourceStream stream =
                new SourceStream(
                        key.source(),
                        this,
                        surroundings.stats().scope(prefix + "control_plane."),
                        listener ->
                                new DiscoveryClient(
                                        surroundings.channels().apply(leadsTo.cluster()),
                                        new StreamKind(
                                                leadsTo.dialect(),
                                                key.only(),
                                                leadsTo.isNodeSentOnce(),
                                                leadsTo.metadata()),
                                        surroundings.node(),
                                        surroundings.executor(),
                                        new SplittableRandom(),
                                        listener));
        streams.put(key, stream);
        // After what is wanted now: the first requests then come in order.
        surroundings.executor().execute(stream.client()::start);
        return stream;
    }

    private void unsubscribe(Wish.Key key) {
        Subscription gone = subscriptions.remove(key);
        if (gone != null) {
            gone.close();
        }
        FileFeed feed = files.remove(key);
        if (feed != null) {
            feed.close();
        }
        StreamKey streamKey = streamKey(key);
        SourceStream stream = streams.get(streamKey);
        if (stream == null) {
            return;
        }
        boolean isNeeded =
                streamKey.only().isEmpty()
                        || subscriptions.keySet().stream()
                                .anyMatch(other -> streamKey(other).equals(streamKey));
        if (isNeeded) {
            stream.client().unsubscribe(key.type(), List.of(key.name()));
        } else {
            streams.remove(streamKey);
            stream.close();
        }
    }

    /// @param early problems found before; what they concern is not in the delivery
    /// @return the resources that were refused beside those
    List<ResourceProblem> deliver(Delivery delivery, List<ResourceProblem> early) {
        List<ResourceProblem> refused = target.apply(delivery);
        List<ResourceProblem> all = new ArrayList<>(early);
        all.addAll(refused);
        Subscription whole = find(delivery, Wish.ALL);
        if (whole != null) {
            outcome(whole, all, delivery);
        }
        for (XdsResource resource : delivery.changed()) {
            Subscription one = find(delivery, resource.name());
            if (one != null && isFree(all, resource.name())) {
                one.succeeded(delivery.version(), resource);
            } else if (one != null) {
                one.rejected();
            }
        }
        for (String name : delivery.removed()) {
            Subscription one = find(delivery, name);
            if (one != null) {
                one.empty(delivery.version());
            }
        }
        for (ResourceProblem problem : early) {
            Subscription one = find(delivery, problem.name());
            if (one != null) {
                one.rejected();
            }
        }
        target.settled(delivery.type());
        return refused;
    }

    private static boolean isFree(List<ResourceProblem> problems, String name) {
        return problems.stream().noneMatch(problem -> problem.name().equals(name));
    }

    private @Nullable Subscription find(Delivery delivery, String name) {
        return subscriptions.get(new Wish.Key(delivery.source(), delivery.type(), name));
    }

    private static void outcome(
            Subscription whole, List<ResourceProblem> problems, Delivery delivery) {
        if (!problems.isEmpty()) {
            whole.rejected();
            return;
        }
        whole.succeeded(delivery.version());
        if (!delivery.changed().isEmpty() || !delivery.removed().isEmpty()) {
            whole.reloaded();
        }
    }

    /// Nothing of a response could be used.
    void rejected(XdsSource source, ResourceType type) {
        subscriptions.forEach((key, subscription) -> {
            if (key.source().equals(source) && key.type() == type) {
                subscription.rejected();
            }
        });
        target.settled(type);
    }

    /// A file is no response.
    void unreadable(Subscription of) {
        of.failed();
        of.settled();
        target.settled(of.key().type());
    }

    /// A file has nothing in it.
    void empty(Subscription of, String version) {
        of.empty(version);
        target.settled(of.key().type());
    }

    void lost(SourceStream stream) {
        subscriptions.forEach((key, subscription) -> {
            if (stream.equals(streams.get(streamKey(key)))) {
                subscription.failed();
            }
        });
    }

    private void timeOut(Subscription of) {
        if (!of.isSettled()) {
            of.timedOut();
            target.settled(of.key().type());
        }
    }

    @Override
    public void close() {
        streams.values().forEach(SourceStream::close);
        files.values().forEach(FileFeed::close);
        watch.close();
    }
}
