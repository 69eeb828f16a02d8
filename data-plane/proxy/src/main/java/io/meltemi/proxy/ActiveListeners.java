package io.meltemi.proxy;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.proxy.config.ListenerCompiler;
import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.listener.ListenerStats;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Listeners in force and those that wait for their routes and secrets. Confined to the
/// configuration thread but for what says otherwise.
final class ActiveListeners {
    private final ProxyRuntime runtime;
    private final ListenerCompiler compiler;
    private final ListenerSockets sockets;
    private final Needs needs;
    private final Map<String, ActiveListener> inForce = new TreeMap<>();
    private final Map<String, ActiveListener> warming = new TreeMap<>();

    /// What was refused of the newest update.
    private final Map<String, RefusedListener> refused = new TreeMap<>();

    /// Thread-safe.
    private final Map<String, SocketAddress> bound = new ConcurrentSkipListMap<>();

    ActiveListeners(ProxyRuntime runtime, ListenerCompiler compiler, Needs needs) {
        this.runtime = runtime;
        this.compiler = compiler;
        this.sockets = new ListenerSockets(runtime.workers());
        this.needs = needs;
    }

    Map<String, ActiveListener> inForce() {
        return inForce;
    }

    Map<String, ActiveListener> warming() {
        return warming;
    }

    /// Listeners of the control plane's newest update that are refused.
    Collection<RefusedListener> refused() {
        return refused.values();
    }

    /// Another update comes. Envoy: what was refused of the last one is of no interest any more.
    void forgetRefused() {
        refused.clear();
    }

    /// A listener of the update is refused; one of its name that is in force stays.
    void refuse(XdsResource resource, String why) {
        refused.put(
                resource.name(),
                new RefusedListener(
                        resource.name(), resource.body(), why, System.currentTimeMillis()));
    }

    /// Those in force and those that warm.
    List<ActiveListener> all() {
        List<ActiveListener> all = new ArrayList<>(inForce.values());
        all.addAll(warming.values());
        return all;
    }

    void begin(CompiledListener compiled, Set<Wish> wishes, boolean isStatic, String version) {
        ActiveListener made =
                new ActiveListener(
                        compiled,
                        new ListenerStats(runtime.stats(), compiled.settings().statName()),
                        wishes,
                        isStatic,
                        version);
        warming.put(made.name(), made);
    }

    /// Why the control plane's listener is refused, or null.
    @Nullable String apply(Listener proto, String version) throws ConfigRefusedException {
        ActiveListener known = warming.getOrDefault(proto.getName(), inForce.get(proto.getName()));
        if (known != null && known.compiled.proto().equals(proto)) {
            return null;
        }
        if (known != null && known.isStatic) {
            return "a static listener has this name";
        }
        ConfigPlace root = ConfigPlace.root("");
        Optional<CompiledListener> compiled = compiler.compile(proto, root);
        Set<Wish> wishes = needs.find(proto, root);
        root.throwIfRefused("listener '" + proto.getName() + "'");
        if (compiled.isEmpty()) {
            return null;
        }
        var settings = compiled.get().settings();
        String taken = sockets.unbindable(settings, inForce.get(settings.name()));
        if (taken == null) {
            taken = needs.conflict(wishes).orElse(null);
        }
        if (taken == null) {
            begin(compiled.get(), wishes, false, version);
        }
        return taken;
    }

    void remove(String name) {
        warming.remove(name);
        ActiveListener gone = inForce.get(name);
        if (gone != null && !gone.isStatic) {
            inForce.remove(name);
            bound.remove(name);
            runtime.onWorkersUntil(worker -> worker.removeListener(name));
            runtime.tls().forget("listener." + gone.compiled.settings().statName() + '.');
        }
    }

    /// Puts every listener in force that has all it waits for.
    ///
    /// @throws IOException for the last one whose sockets cannot be opened, after all are tried
    void publishWarm() throws IOException {
        IOException failed = null;
        for (ActiveListener listener : List.copyOf(warming.values())) {
            if (needs.haveCome(listener.wishes)) {
                warming.remove(listener.name());
                try {
                    publish(listener);
                } catch (IOException e) {
                    failed = e;
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void publish(ActiveListener listener) throws IOException {
        ActiveListener old = inForce.get(listener.name());
        var settings = listener.compiled.settings();
        boolean moves =
                old != null
                        && !(old.compiled.settings().addresses().equals(settings.addresses())
                                && old.compiled.settings().bindsToPort() == settings.bindsToPort());
        if (moves) {
            bound.remove(listener.name());
            runtime.onWorkersUntil(worker -> worker.removeListener(listener.name()));
        }
        runtime.onWorkers(worker -> worker.putListener(settings, listener.stats));
        inForce.put(listener.name(), listener);
        if (old != null && !moves) {
            listener.bound = old.bound;
            listener.sockets.addAll(old.sockets);
            return;
        }
        if (settings.bindsToPort()) {
            for (SocketAddress address : settings.addresses()) {
                bind(listener, address);
            }
        }
    }

    private void bind(ActiveListener listener, SocketAddress configured) throws IOException {
        SocketAddress address = sockets.bind(listener.name(), configured);
        listener.sockets.add(address);
        if (listener.bound == null) {
            listener.bound = address;
            bound.put(listener.name(), address);
        }
    }

    /// @throws IOException naming a listener that has no socket although it must
    void requireSockets() throws IOException {
        for (ActiveListener listener : inForce.values()) {
            if (listener.bound == null && listener.compiled.settings().bindsToPort()) {
                throw new IOException("listener '" + listener.name() + "' is not bound");
            }
        }
    }

    /// Names of listeners in force.
    ///
    /// @param inboundOnly whether only those of inbound traffic are meant
    Set<String> names(boolean inboundOnly) {
        Set<String> meant = new HashSet<>();
        for (ActiveListener listener : inForce.values()) {
            if (!inboundOnly
                    || listener.compiled.proto().getTrafficDirection()
                            == TrafficDirection.INBOUND) {
                meant.add(listener.name());
            }
        }
        return meant;
    }

    /// From any thread.
    Map<String, SocketAddress> boundAddresses() {
        return new TreeMap<>(bound);
    }
}
