package io.meltemi.proxy;

import static io.meltemi.proxy.admin.AdminCommand.changes;
import static io.meltemi.proxy.admin.AdminCommand.shows;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.admin.v3.CommandLineOptions;
import io.envoyproxy.envoy.admin.v3.Listeners;
import io.envoyproxy.envoy.admin.v3.Memory;
import io.envoyproxy.envoy.admin.v3.ServerInfo;
import io.envoyproxy.envoy.admin.v3.UnreadyTargetsDumps;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.meltemi.proxy.admin.AdminCommand;
import io.meltemi.proxy.admin.AdminCommand.Parameter;
import io.meltemi.proxy.admin.AdminCommands;
import io.meltemi.proxy.admin.AdminReply;
import io.meltemi.proxy.admin.AdminRequest;
import io.meltemi.proxy.admin.AdminServer;
import io.meltemi.proxy.admin.DumpFilter;
import io.meltemi.proxy.admin.LogLevels;
import io.meltemi.proxy.admin.Redaction;
import io.meltemi.proxy.admin.RuntimePage;
import io.meltemi.proxy.admin.StatsPage;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.proxy.tls.ShownSecrets;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.xds.snapshot.ResourceType;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Answers Envoy's admin paths from the proxy's state. Thread-safe.
final class AdminView {
    private static final String FILTER = "Regular expression (Google re2) for ";

    private final ProxyRuntime runtime;
    private final ActiveConfiguration configuration;
    private final Runnable onQuit;
    private final ShownSecrets secrets;
    private final AdminCommands commands;

    AdminView(ProxyRuntime runtime, ActiveConfiguration configuration, Runnable onQuit) {
        this.runtime = runtime;
        this.configuration = configuration;
        this.onQuit = onQuit;
        this.secrets = new ShownSecrets(runtime.secrets(), runtime.tls());
        List<AdminCommand> all = new ArrayList<>(shown());
        all.addAll(changing());
        all.addAll(new StatsPage(runtime.stats()).commands());
        all.addAll(new RuntimePage(runtime.keys()).commands());
        all.add(new LogLevels().command());
        this.commands = new AdminCommands(all);
    }

    AdminServer start(Admin admin) throws IOException {
        SocketAddress address =
                admin.getAddress().hasPipe()
                        ? new DomainSocketAddress(admin.getAddress().getPipe().getPath())
                        : new InetSocketAddress(
                                InetAddress.getByName(
                                        admin.getAddress().getSocketAddress().getAddress()),
                                admin.getAddress().getSocketAddress().getPortValue());
        Worker first = runtime.workers().getFirst();
        return AdminServer.start(first.eventLoop(), commands::reply, address);
    }

    private List<AdminCommand> shown() {
        return List.of(
                shows(
                        "/ready",
                        "print server state, return 200 if LIVE, otherwise return 503",
                        _ -> ready()),
                shows(
                        "/server_info",
                        "print server version/status information",
                        _ -> AdminReply.json(json(serverInfo(), true))),
                shows(
                        "/certs",
                        "print certs on machine",
                        _ -> AdminReply.json(json(secrets.certificates(), true))),
                shows(
                        "/clusters",
                        "upstream cluster status",
                        this::clusters,
                        new Parameter("filter", FILTER + "filtering clusters by name"),
                        new Parameter("format", "File format to use; One of (text, json)")),
                shows(
                        "/listeners",
                        "print listener info",
                        this::listeners,
                        new Parameter("format", "File format to use; One of (text, json)")),
                shows(
                        "/config_dump",
                        "dump current configs",
                        this::configDump,
                        new Parameter("resource", "The repeated field to dump"),
                        new Parameter("mask", "The field mask to apply to it or to each config"),
                        new Parameter("name_regex", "Dump only what has a name that matches"),
                        new Parameter("include_eds", "Dump endpoints, too")),
                shows(
                        "/init_dump",
                        "dump what the server still waits for",
                        this::initDump,
                        new Parameter("mask", "The component, as in mask=listener")),
                shows(
                        "/memory",
                        "print current allocation/heap usage",
                        _ -> AdminReply.json(json(memory(), true))),
                shows(
                        "/hot_restart_version",
                        "print the hot restart compatibility version",
                        _ -> AdminReply.text("disabled")),
                shows(
                        "/contention",
                        "dump mutex contention stats (if enabled)",
                        _ -> AdminReply.text("Mutex contention tracing is not enabled.\n")),
                shows(
                        "/heap_dump",
                        "dump the heap (not supported)",
                        _ -> unsupported("Heap dump")));
    }

    private List<AdminCommand> changing() {
        return List.of(
                changes(
                        "/healthcheck/fail",
                        "cause the server to fail health checks",
                        _ -> healthCheck(true)),
                changes(
                        "/healthcheck/ok",
                        "cause the server to pass health checks",
                        _ -> healthCheck(false)),
                changes(
                        "/drain_listeners",
                        "drain listeners",
                        this::drainListeners,
                        new Parameter("graceful", "Ask connections to end before listeners stop"),
                        new Parameter("skip_exit", "Ask connections to end, stop no listener"),
                        new Parameter("inboundonly", "Stop inbound listeners only")),
                changes(
                        "/quitquitquit",
                        "exit the server",
                        _ -> {
                            onQuit.run();
                            return AdminReply.ok();
                        }),
                changes(
                        "/reopen_logs",
                        "reopen access logs",
                        _ -> {
                            runtime.logFiles().reopen();
                            return AdminReply.ok();
                        }),
                changes(
                        "/cpuprofiler",
                        "enable/disable the CPU profiler (not supported)",
                        _ -> unsupported("The CPU profiler")),
                changes(
                        "/heapprofiler",
                        "enable/disable the heap profiler (not supported)",
                        _ -> unsupported("The heap profiler")));
    }

    private static AdminReply unsupported(String what) {
        return AdminReply.text(501, what + " is not supported here; ask the JVM (jcmd) instead.\n");
    }

    private ServerInfo.State state() {
        if (runtime.isHealthCheckFailed() || runtime.isDraining()) {
            return ServerInfo.State.DRAINING;
        }
        return configuration.isReady() ? ServerInfo.State.LIVE : ServerInfo.State.INITIALIZING;
    }

    private AdminReply ready() {
        ServerInfo.State state = state();
        return AdminReply.text(state == ServerInfo.State.LIVE ? 200 : 503, state + "\n");
    }

    private AdminReply healthCheck(boolean failed) {
        runtime.setHealthCheckFailed(failed);
        return AdminReply.ok();
    }

    private ServerInfo serverInfo() {
        Duration uptime = Duration.newBuilder().setSeconds(runtime.uptimeSeconds()).build();
        return ServerInfo.newBuilder()
                .setVersion("meltemi/0.1.0")
                .setState(state())
                .setUptimeCurrentEpoch(uptime)
                .setUptimeAllEpochs(uptime)
                .setHotRestartVersion("disabled")
                .setCommandLineOptions(
                        CommandLineOptions.newBuilder()
                                .setConcurrency(runtime.workers().size())
                                .setDisableHotRestart(true)
                                .setFileFlushInterval(
                                        duration(runtime.environment().logFlush().toNanos()))
                                .setDrainTime(duration(runtime.environment().drainTime().nanos())))
                .setNode(runtime.node())
                .build();
    }

    private static Duration duration(long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Duration.newBuilder()
                .setSeconds(nanos / second)
                .setNanos((int) (nanos % second))
                .build();
    }

    private AdminReply clusters(AdminRequest request) {
        Optional<Predicate<String>> named =
                matching(request.query().getOrDefault("filter", ""), false);
        if (named.isEmpty()) {
            return AdminReply.text(400, "Invalid re2 regex");
        }
        boolean json = isJson(request);
        return configuration.read(view -> {
            List<ActiveCluster> chosen =
                    view.clusters().values().stream()
                            .filter(cluster -> named.get().test(cluster.name()))
                            .toList();
            return json
                    ? AdminReply.json(json(ClustersPage.proto(chosen), false))
                    : AdminReply.text(ClustersPage.text(chosen));
        });
    }

    private static boolean isJson(AdminRequest request) {
        return "json".equals(request.query().get("format"));
    }

    /// Empty when the expression is none.
    ///
    /// @param whole whether it must match all of a name
    private static Optional<Predicate<String>> matching(String expression, boolean whole) {
        try {
            Pattern pattern = Pattern.compile(expression);
            return Optional.of(
                    expression.isEmpty()
                            ? _ -> true
                            : name -> whole ? pattern.matches(name) : pattern.matcher(name).find());
        } catch (PatternSyntaxException _) {
            return Optional.empty();
        }
    }

    private AdminReply listeners(AdminRequest request) {
        Listeners.Builder all = Listeners.newBuilder();
        StringBuilder text = new StringBuilder();
        configuration.read(view -> {
            view.listeners()
                    .values()
                    .forEach(listener -> {
                        List<SocketAddress> addresses =
                                listener.sockets.isEmpty()
                                        ? listener.compiled.settings().addresses()
                                        : listener.sockets;
                        addresses.forEach(address ->
                                text.append(listener.name())
                                        .append("::")
                                        .append(Worker.text(address))
                                        .append('\n'));
                        var status = all.addListenerStatusesBuilder().setName(listener.name());
                        status.setLocalAddress(ClustersPage.address(addresses.getFirst()));
                        addresses.stream()
                                .skip(1)
                                .forEach(more ->
                                        status.addAdditionalLocalAddresses(
                                                ClustersPage.address(more)));
                    });
            return all;
        });
        return isJson(request)
                ? AdminReply.json(json(all.build(), false))
                : AdminReply.text(text.toString());
    }

    private AdminReply configDump(AdminRequest request) {
        String expression = request.query().getOrDefault("name_regex", "");
        Predicate<String> named;
        try {
            Pattern pattern = Pattern.compile(expression);
            named = expression.isEmpty() ? _ -> true : pattern::matches;
        } catch (PatternSyntaxException e) {
            return plain(
                    400,
                    "INVALID_ARGUMENT: Error while parsing name_regex from "
                            + expression
                            + ": "
                            + StatsQuery.inRe2Words(e));
        }
        List<Message> configs =
                configuration.read(view ->
                        new ConfigDumpPage(
                                        runtime.bootstrap(),
                                        Timestamps.fromMillis(runtime.startedMillis()),
                                        view,
                                        secrets,
                                        named,
                                        request.has("include_eds"))
                                .configs());
        return configDump(
                configs, request.value("resource"), request.query().getOrDefault("mask", ""));
    }

    private static AdminReply configDump(
            List<Message> configs, Optional<String> resource, String mask) {
        DumpFilter filter = new DumpFilter(Types.SHOWN);
        List<Message> clean = configs.stream().map(new Redaction(Types.SHOWN)::clear).toList();
        try {
            if (resource.isPresent()) {
                return AdminReply.json(json(filter.elements(clean, resource.get(), mask), false));
            }
            return AdminReply.json(
                    json(
                            mask.isEmpty() ? DumpFilter.all(clean) : filter.masked(clean, mask),
                            false));
        } catch (DumpFilter.Unanswerable e) {
            return plain(e.status(), String.valueOf(e.getMessage()));
        }
    }

    /// Envoy names no character set here.
    private static AdminReply plain(int status, String text) {
        return new AdminReply(status, "text/plain", text);
    }

    /// Listeners that wait for their routes.
    private AdminReply initDump(AdminRequest request) {
        UnreadyTargetsDumps.Builder dumps = UnreadyTargetsDumps.newBuilder();
        if (!request.query().getOrDefault("mask", "listener").equals("listener")) {
            return AdminReply.json(json(dumps.build(), false));
        }
        return configuration.read(view -> {
            view.warmingListeners()
                    .values()
                    .forEach(listener -> {
                        var dump = dumps.addUnreadyTargetsDumpsBuilder();
                        dump.setName("init manager Listener-local-init-manager " + listener.name());
                        for (Wish wish : listener.wishes) {
                            if (wish.isFor(ResourceType.ROUTE) && !view.hasCome(wish)) {
                                dump.addTargetNames(
                                        "target RdsRouteConfigSubscription RDS init "
                                                + wish.key().name());
                            }
                        }
                    });
            return AdminReply.json(json(dumps.build(), false));
        });
    }

    private static Memory memory() {
        Runtime jvm = Runtime.getRuntime();
        return Memory.newBuilder()
                .setAllocated(jvm.totalMemory() - jvm.freeMemory())
                .setHeapSize(jvm.totalMemory())
                .setPageheapFree(jvm.freeMemory())
                .setTotalPhysicalBytes(jvm.totalMemory())
                .build();
    }

    /// Envoy: without a parameter the sockets close and connections go on; `graceful` ends
    /// connections over the drain time and closes the sockets then; `skip_exit` only ends
    /// connections.
    private AdminReply drainListeners(AdminRequest request) {
        boolean inboundOnly = request.has("inboundonly");
        boolean skipExit = request.has("skip_exit");
        if (!skipExit && !request.has("graceful")) {
            configuration.stopListening(inboundOnly);
            return AdminReply.ok();
        }
        if (runtime.drainSequence().begin() && !skipExit) {
            var _ =
                    runtime.configurationThread()
                            .schedule(
                                    () ->
                                            Thread.ofVirtual()
                                                    .start(() ->
                                                            configuration.stopListening(
                                                                    inboundOnly)),
                                    runtime.environment().drainTime().nanos(),
                                    TimeUnit.NANOSECONDS);
        }
        return AdminReply.ok();
    }

    /// @param complete whether fields without a value are printed, too
    private static String json(Message message, boolean complete) {
        JsonFormat.Printer printer =
                JsonFormat.printer().usingTypeRegistry(Types.SHOWN).preservingProtoFieldNames();
        try {
            return (complete ? printer.alwaysPrintFieldsWithNoPresence() : printer).print(message)
                    + "\n";
        } catch (InvalidProtocolBufferException e) {
            return "{\"error\": \"" + String.valueOf(e.getMessage()).replace('"', '\'') + "\"}";
        }
    }

    /// Made when somebody asks first: a proxy that nobody looks at needs none of it.
    private static final class Types {
        static final TypeRegistry SHOWN = Extensions.shownRegistry();
    }
}
