package io.meltemi.proxy;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.http.HostLookup;
import io.meltemi.proxy.xds.Subscriptions;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Virtual hosts that are asked for because a request needs them. Confined to the configuration
/// thread but for the lookups, which are thread-safe.
///
/// Envoy: what is asked for is the authority in small letters, a port included, after the name of
/// the route configuration and a slash. The answer has that among its aliases, or as its name.
final class HostsOnDemand implements OnDemandNames.Wire {
    /// A host of DNS, or an address in brackets, and a port.
    private static final int LONGEST_AUTHORITY = 253 + 6;

    private final Function<String, List<RouteSlot>> slots;
    private final Subscriptions subscriptions;
    private final OnDemandNames names;
    private final Ticker ticker;
    private final Map<String, Lookup> lookups = new HashMap<>();

    /// The resource that answered a name and was not there before; and the names of each.
    private final Map<String, String> answers = new HashMap<>();

    private final Map<String, Set<String>> askedBy = new HashMap<>();

    /// @param slots the route configurations of a name whose hosts come by themselves
    HostsOnDemand(
            Function<String, List<RouteSlot>> slots,
            Subscriptions subscriptions,
            ScheduledExecutorService configurationThread,
            Ticker ticker) {
        this.slots = slots;
        this.subscriptions = subscriptions;
        this.ticker = ticker;
        this.names = new OnDemandNames(this, configurationThread, ticker);
    }

    /// Asks for hosts of a route configuration.
    HostLookup lookup(String configuration) {
        return lookups.computeIfAbsent(
                configuration,
                key -> new Lookup(key + '/', names, ticker, new ConcurrentHashMap<>()));
    }

    /// @param uses of virtual hosts that were asked for, by their own names
    private record Lookup(
            String prefix, OnDemandNames names, Ticker ticker, Map<String, OnDemandNames.Use> uses)
            implements HostLookup {
        @Override
        public boolean ask(String authority, EventLoop loop, Runnable answered) {
            return isHost(authority)
                    && names.ask(
                            prefix + authority.toLowerCase(Locale.ROOT),
                            OnDemandNames.MOST_WAIT_NANOS,
                            loop,
                            answered);
        }

        @Override
        public void use(String virtualHost) {
            OnDemandNames.Use known = uses.get(virtualHost);
            if (known != null) {
                known.at(ticker.nanos());
            }
        }

        /// Others are no domain of any virtual host; a slash or a star would ask for something
        /// else.
        private static boolean isHost(String authority) {
            for (int i = 0; i < authority.length(); i++) {
                char c = authority.charAt(i);
                if (c <= ' ' || c == '/' || c == '*' || c > '~') {
                    return false;
                }
            }
            return !authority.isEmpty() && authority.length() <= LONGEST_AUTHORITY;
        }
    }

    /// Of the hosts in a response those that are there, and not because a request asked for them.
    Set<String> unasked(Subscriptions.Delivery delivery) {
        Set<String> there = new HashSet<>();
        for (XdsResource resource : delivery.changed()) {
            String name = resource.name();
            if (!askedBy.containsKey(name) && virtualHost(name) != null) {
                there.add(name);
            }
        }
        return there;
    }

    private @Nullable String virtualHost(String resource) {
        for (RouteSlot slot : slots.apply(HostDelivery.configurationOf(resource))) {
            DiscoveredHosts hosts = slot.hosts;
            String name = hosts == null ? null : hosts.nameOf(resource);
            if (name != null) {
                return name;
            }
        }
        return null;
    }

    /// A response of VHDS was taken or refused.
    ///
    /// @param problems why it was refused; who is right in it is sent once more, and waited for
    /// @param unasked see [#unasked], before the response was taken
    void delivered(
            Subscriptions.Delivery delivery, List<ResourceProblem> problems, Set<String> unasked) {
        boolean isTaken = problems.isEmpty();
        Set<String> guilty =
                problems.stream()
                        .filter(problem -> problem.cause() == ResourceProblem.Cause.ITSELF)
                        .map(ResourceProblem::name)
                        .collect(Collectors.toSet());
        for (XdsResource resource : delivery.changed()) {
            Set<String> asked = new HashSet<>(resource.aliases());
            asked.add(resource.name());
            for (String name : asked) {
                if (guilty.contains(resource.name())) {
                    names.isRefused(name);
                } else if (isTaken && resource.exists()) {
                    came(name, resource.name(), unasked.contains(resource.name()));
                } else if (isTaken) {
                    names.isAbsent(name);
                }
            }
        }
        if (isTaken) {
            delivery.removed().forEach(this::removed);
        }
    }

    private void came(String name, String resource, boolean wasThere) {
        OnDemandNames.Use use = new OnDemandNames.Use();
        if (names.isHeld(name)) {
            forgetAnswer(name);
            if (!wasThere) {
                answers.put(name, resource);
                askedBy.computeIfAbsent(resource, _ -> new HashSet<>()).add(name);
            }
            use = use(resource);
        }
        names.came(name, use);
    }

    private OnDemandNames.Use use(String resource) {
        Lookup lookup = lookups.get(HostDelivery.configurationOf(resource));
        String host = virtualHost(resource);
        return lookup == null || host == null
                ? new OnDemandNames.Use()
                : lookup.uses.computeIfAbsent(host, _ -> new OnDemandNames.Use());
    }

    /// Envoy does not take a removal for an answer and goes on waiting.
    private void removed(String resource) {
        names.isAbsent(resource);
        Set<String> others = askedBy.get(resource);
        if (others != null) {
            List.copyOf(others).forEach(names::isAbsent);
        }
    }

    /// A route configuration goes, or its hosts come otherwise.
    void forget(String configuration) {
        names.forget(name -> HostDelivery.configurationOf(name).equals(configuration));
        Lookup lookup = lookups.get(configuration);
        if (lookup != null && slots.apply(configuration).size() > 1) {
            lookup.uses.clear();
        } else {
            lookups.remove(configuration);
        }
    }

    @Override
    public void subscribe(String name) {
        for (RouteSlot slot : slots.apply(HostDelivery.configurationOf(name))) {
            Wish.Key all = slot.hostsKey;
            if (all != null) {
                subscriptions.ask(new Wish.Key(all.source(), ResourceType.VIRTUAL_HOST, name));
            }
        }
    }

    /// What was only there for this name is dropped.
    @Override
    public void unsubscribe(String name) {
        String answer = forgetAnswer(name);
        String host = answer == null ? null : virtualHost(answer);
        String configuration = HostDelivery.configurationOf(name);
        for (RouteSlot slot : slots.apply(configuration)) {
            Wish.Key all = slot.hostsKey;
            if (all != null) {
                subscriptions.askNoMore(
                        new Wish.Key(all.source(), ResourceType.VIRTUAL_HOST, name));
            }
            if (answer != null) {
                slot.drop(answer);
            }
        }
        Lookup lookup = lookups.get(configuration);
        if (lookup != null && host != null) {
            lookup.uses.remove(host);
        }
    }

    /// @return the resource that nobody needs any more, or null
    private @Nullable String forgetAnswer(String name) {
        String answer = answers.remove(name);
        Set<String> others = answer == null ? null : askedBy.get(answer);
        if (others == null) {
            return null;
        }
        others.remove(name);
        if (!others.isEmpty()) {
            return null;
        }
        askedBy.remove(answer);
        return answer;
    }
}
