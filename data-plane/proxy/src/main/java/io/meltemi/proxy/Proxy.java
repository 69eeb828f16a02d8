package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.admin.AdminServer;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The data plane: listeners, clusters and an admin endpoint made of an Envoy bootstrap.
/// Thread-safe.
public final class Proxy implements AutoCloseable {
    private final ProxyRuntime runtime;
    private final ActiveConfiguration configuration;
    private @Nullable AdminServer admin;

    private Proxy(ProxyRuntime runtime, ActiveConfiguration configuration) {
        this.runtime = runtime;
        this.configuration = configuration;
    }

    /// Starts a proxy; static listeners accept connections when this returns.
    ///
    /// @throws ConfigRefusedException naming every field that is wrong or not supported
    /// @throws IOException when a socket cannot be opened; names the listener, the address and why
    public static Proxy start(Bootstrap bootstrap, ProxyEnvironment environment)
            throws IOException, ConfigRefusedException {
        return start(bootstrap, environment, () -> {});
    }

    /// @param onQuit runs when the admin endpoint is told to quit
    public static Proxy start(Bootstrap bootstrap, ProxyEnvironment environment, Runnable onQuit)
            throws IOException, ConfigRefusedException {
        ProxyRuntime runtime = new ProxyRuntime(bootstrap, environment);
        ActiveConfiguration configuration = new ActiveConfiguration(runtime);
        Proxy proxy = new Proxy(runtime, configuration);
        try {
            configuration.startStatic();
            runtime.watchOverload();
            if (bootstrap.getAdmin().hasAddress()) {
                AdminView view = new AdminView(runtime, configuration, onQuit);
                proxy.admin = view.start(bootstrap.getAdmin());
            }
            configuration.startDynamic();
            return proxy;
        } catch (IOException | ConfigRefusedException | RuntimeException e) {
            proxy.close();
            throw e;
        }
    }

    /// Checks a bootstrap as [#start] would, without opening a socket.
    public static void validate(Bootstrap bootstrap) throws ConfigRefusedException {
        ActiveConfiguration.validate(bootstrap);
    }

    /// Whether static configuration is in force and, where there is a control plane, its first
    /// listeners and clusters are too.
    public boolean isReady() {
        return configuration.isReady() && !runtime.isHealthCheckFailed();
    }

    /// Stops accepting connections; connections that are open end with their next response.
    public void drain() {
        runtime.drain();
        configuration.drainListeners();
    }

    /// The admin endpoint's address as `10.0.0.7:8080` or the path of its socket; empty without
    /// one.
    public String adminAddress() {
        return admin == null ? "" : admin.addressText();
    }

    /// The bound addresses of listeners by name; with port 0 the port the system chose.
    public Map<String, SocketAddress> listenerSockets() {
        return configuration.boundAddresses();
    }

    /// The same for people to read.
    public Map<String, String> listenerAddresses() {
        Map<String, String> texts = new TreeMap<>();
        listenerSockets().forEach((name, address) -> texts.put(name, Worker.text(address)));
        return texts;
    }

    /// Closes everything: sockets, connections, logs. The event loops stay their owner's.
    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        configuration.close();
        runtime.close();
    }
}
