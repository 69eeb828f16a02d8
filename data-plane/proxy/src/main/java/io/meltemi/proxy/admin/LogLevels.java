package io.meltemi.proxy.admin;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/// `/logging`: shows and sets what this process logs, by Envoy's names for the parts of a proxy.
/// Thread-safe. The levels are the process's, as in Envoy: of two proxies in it the last one asked
/// decides.
public final class LogLevels {
    /// Envoy's names for the parts there are here, and where these log.
    private static final Map<String, String> PARTS =
            Map.ofEntries(
                    Map.entry("admin", "io.meltemi.proxy.admin"),
                    Map.entry("config", "io.meltemi.proxy.config"),
                    Map.entry("connection", "io.meltemi.proxy.loop"),
                    Map.entry("conn_handler", "io.meltemi.proxy.listener"),
                    Map.entry("file", "io.meltemi.proxy.observe.accesslog"),
                    Map.entry("filter", "io.meltemi.proxy.filter"),
                    Map.entry("grpc", "io.grpc"),
                    Map.entry("http", "io.meltemi.proxy.http"),
                    Map.entry("http2", "io.meltemi.proxy.http.h2"),
                    Map.entry("jwt", "io.meltemi.proxy.filter.jwt"),
                    Map.entry("local_rate_limit", "io.meltemi.proxy.filter.localratelimit"),
                    Map.entry("main", "io.meltemi.proxy"),
                    Map.entry("matcher", "io.meltemi.proxy.decide.match"),
                    Map.entry("pool", "io.meltemi.proxy.upstream"),
                    Map.entry("rbac", "io.meltemi.proxy.filter.rbac"),
                    Map.entry("router", "io.meltemi.proxy.decide"),
                    Map.entry("runtime", "io.meltemi.proxy.runtime"),
                    Map.entry("secret", "io.meltemi.proxy.tls"),
                    Map.entry("stats", "io.meltemi.proxy.observe.stats"),
                    Map.entry("tracing", "io.meltemi.proxy.observe.tracing"),
                    Map.entry("upstream", "io.meltemi.proxy.cluster"));

    private static final List<String> LEVELS =
            List.of("trace", "debug", "info", "warning", "error", "critical", "off");

    private static final String USAGE =
            """
            usage: /logging?<name>=<level> (change single level)
            usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
            usage: /logging?level=<level> (change all levels)
            usage: /logging?group=<group_name>:<level> (change group of loggers)
            """;

    /// Held on to, for the log system forgets what nobody holds. Guarded by this.
    private final Map<String, Logger> loggers = new TreeMap<>();

    /// Guarded by this.
    private final Map<String, String> levels = new TreeMap<>();

    public LogLevels() {
        PARTS.forEach((name, place) -> {
            loggers.put(name, Logger.getLogger(place));
            levels.put(name, "info");
        });
    }

    public AdminCommand command() {
        return AdminCommand.changes(
                "/logging",
                "query/change logging levels",
                this::reply,
                new AdminCommand.Parameter("paths", "<name>:<level>,<name>:<level>"),
                new AdminCommand.Parameter("level", "the level of all loggers"));
    }

    private synchronized AdminReply reply(AdminRequest request) {
        String problem = change(request.query());
        if (problem.isEmpty()) {
            return AdminReply.text(list());
        }
        return AdminReply.text(
                400,
                "error: "
                        + problem
                        + "\n\n"
                        + USAGE
                        + "levels: "
                        + String.join(" ", LEVELS)
                        + " \n"
                        + list());
    }

    private String list() {
        StringBuilder out = new StringBuilder("active loggers:\n");
        levels.forEach((name, level) ->
                out.append("  ").append(name).append(": ").append(level).append('\n'));
        return out.append('\n').toString();
    }

    /// What is wrong with the question; empty when it was obeyed.
    private String change(Map<String, String> query) {
        if (query.isEmpty()) {
            return "";
        }
        if (query.size() > 1) {
            return "invalid number of parameters";
        }
        Map.Entry<String, String> only = query.entrySet().iterator().next();
        return switch (only.getKey()) {
            case "level" -> set(all(only.getValue()));
            case "paths" -> paths(only.getValue());
            case "group" -> "group parameter requires fine-grain logging to be enabled";
            default -> set(Map.of(only.getKey(), only.getValue()));
        };
    }

    private static Map<String, String> all(String level) {
        Map<String, String> wanted = new LinkedHashMap<>();
        PARTS.keySet().forEach(name -> wanted.put(name, level));
        return wanted;
    }

    private String paths(String text) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            String[] nameAndLevel = part.split(":", -1);
            if (nameAndLevel.length != 2 || Arrays.asList(nameAndLevel).contains("")) {
                return "empty logger name or empty logger level";
            }
            wanted.put(nameAndLevel[0], nameAndLevel[1]);
        }
        return set(wanted);
    }

    private String set(Map<String, String> wanted) {
        if (!LEVELS.containsAll(wanted.values())) {
            return "unknown logger level";
        }
        if (!loggers.keySet().containsAll(wanted.keySet())) {
            return "unknown logger name";
        }
        wanted.forEach((name, level) -> {
            Logger logger = loggers.get(name);
            if (logger != null) {
                Level finest = level(level);
                logger.setLevel(finest);
                levels.put(name, level);
                openHandlers(finest);
            }
        });
        return "";
    }

    /// Those of the process let only its own level through.
    private static void openHandlers(Level level) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler.getLevel().intValue() > level.intValue()) {
                handler.setLevel(level);
            }
        }
    }

    private static Level level(String name) {
        return switch (name) {
            case "trace" -> Level.FINEST;
            case "debug" -> Level.FINE;
            case "info" -> Level.INFO;
            case "warning" -> Level.WARNING;
            case "error", "critical" -> Level.SEVERE;
            default -> Level.OFF;
        };
    }
}
