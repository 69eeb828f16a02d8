package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.route.ClusterReferences;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.config.route.HostCompiler;
import io.meltemi.proxy.decide.route.DomainIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The virtual hosts of one route configuration that came by themselves (VHDS), beside those that
/// came with it. Confined to the configuration thread.
///
/// A change costs what it changes: nothing is done for hosts that stay as they are.
final class DiscoveredHosts {
    /// @param resource its name on the wire
    private record Held(
            String resource,
            VirtualHost proto,
            io.meltemi.proxy.decide.route.VirtualHost compiled) {}

    /// A change that was found good. Immutable.
    static final class Change {
        private final Set<String> gone;
        private final Map<String, Held> fresh;

        private Change(Set<String> gone, Map<String, Held> fresh) {
            this.gone = gone;
            this.fresh = fresh;
        }
    }

    private final Predicate<String> isCluster;

    /// By their own names, which need not be the resources'.
    private final Map<String, Held> byName = new TreeMap<>();

    private final Map<String, String> nameOfResource = new HashMap<>();
    private Set<String> fixedNames = Set.of();

    /// The virtual host of each domain, in small letters, whichever way it came.
    private Map<String, String> owners = new HashMap<>();

    private @Nullable RouteConfiguration configuration;
    private @Nullable HostCompiler compiler;

    DiscoveredHosts(Predicate<String> isCluster) {
        this.isCluster = isCluster;
    }

    /// Those there are, as they came.
    List<VirtualHost> protos() {
        return byName.values().stream().map(Held::proto).toList();
    }

    /// The virtual host's own name by its name on the wire; null when it is not there.
    @Nullable String nameOf(String resource) {
        return nameOfResource.get(resource);
    }

    int count() {
        return byName.size();
    }

    /// Takes another route configuration, whose rules hold for all hosts; what does not fit beside
    /// its own hosts is noted at `at`, and then nothing is taken.
    ///
    /// @param own the domains of the configuration's own hosts
    /// @return the domains of all
    DomainIndex rebase(
            RouteConfiguration fresh, FilterConfigs filters, DomainIndex own, ConfigPlace at) {
        HostCompiler with = HostCompiler.of(fresh, filters);
        Map<String, String> claimed = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (VirtualHost host : fresh.getVirtualHostsList()) {
            names.add(host.getName());
            host.getDomainsList().forEach(domain -> claimed.put(small(domain), host.getName()));
        }
        List<Held> again = new ArrayList<>();
        DomainIndex.Edit index = own.edit();
        for (Held held : byName.values()) {
            ConfigPlace place = at.entry("vhds", held.resource);
            Held compiled = compile(held.resource, held.proto, fresh, with, names, place);
            HostCompiler.claimDomains(held.proto, claimed, place);
            index.put(held.proto.getDomainsList(), compiled.compiled);
            again.add(compiled);
        }
        if (at.isClean()) {
            again.forEach(held -> byName.put(held.proto.getName(), held));
            configuration = fresh;
            compiler = with;
            fixedNames = names;
            owners = claimed;
        }
        return index.done();
    }

    private Held compile(
            String resource,
            VirtualHost host,
            RouteConfiguration of,
            HostCompiler with,
            Set<String> taken,
            ConfigPlace at) {
        if (taken.contains(host.getName())) {
            at.field("name").refuse("'" + host.getName() + "' is used twice");
        }
        ClusterReferences.check(host, of, isCluster, at);
        return new Held(resource, host, with.compileAlone(host, at));
    }

    /// Looks at a change without making it.
    ///
    /// @param changed by their names on the wire
    /// @param removed names on the wire, also of what is not there
    /// @param places where what is wrong with a host is noted, by its name on the wire
    Change prepare(
            Map<String, VirtualHost> changed,
            Collection<String> removed,
            Function<String, ConfigPlace> places) {
        RouteConfiguration of = configuration;
        HostCompiler with = compiler;
        if (of == null || with == null) {
            throw new IllegalStateException("hosts without their route configuration");
        }
        Set<String> gone = new HashSet<>();
        removed.forEach(resource -> leave(nameOfResource.get(resource), gone));
        Map<String, Held> fresh = new LinkedHashMap<>();
        changed.forEach((resource, host) -> {
            leave(nameOfResource.get(resource), gone);
            leave(host.getName(), gone);
            Held held = byName.get(host.getName());
            boolean isKnown =
                    held != null && held.resource.equals(resource) && held.proto.equals(host);
            fresh.put(
                    host.getName(),
                    isKnown
                            ? held
                            : compile(
                                    resource, host, of, with, fixedNames, places.apply(resource)));
        });
        Map<String, String> claimed = stillOwned(fresh, gone);
        fresh.values()
                .forEach(held ->
                        HostCompiler.claimDomains(
                                held.proto, claimed, places.apply(held.resource)));
        return new Change(gone, fresh);
    }

    private void leave(@Nullable String name, Set<String> gone) {
        if (name != null && byName.containsKey(name)) {
            gone.add(name);
        }
    }

    /// Of the domains of these hosts those that somebody has who stays.
    private Map<String, String> stillOwned(Map<String, Held> fresh, Set<String> gone) {
        Map<String, String> owned = new HashMap<>();
        for (Held held : fresh.values()) {
            for (String domain : held.proto.getDomainsList()) {
                String owner = owners.get(small(domain));
                if (owner != null && !gone.contains(owner)) {
                    owned.put(small(domain), owner);
                }
            }
        }
        return owned;
    }

    /// Makes a change.
    ///
    /// @return the domains after it
    DomainIndex make(Change change, DomainIndex before) {
        DomainIndex.Edit index = before.edit();
        for (String name : change.gone) {
            Held held = byName.remove(name);
            if (held != null) {
                nameOfResource.remove(held.resource);
                held.proto.getDomainsList().forEach(domain -> owners.remove(small(domain)));
                index.remove(held.proto.getDomainsList());
            }
        }
        change.fresh.forEach((name, held) -> {
            byName.put(name, held);
            nameOfResource.put(held.resource, name);
            held.proto.getDomainsList().forEach(domain -> owners.put(small(domain), name));
            index.put(held.proto.getDomainsList(), held.compiled);
        });
        return index.done();
    }

    private static String small(String domain) {
        return domain.toLowerCase(Locale.ROOT);
    }
}
