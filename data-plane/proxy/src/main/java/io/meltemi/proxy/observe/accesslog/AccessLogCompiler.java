package io.meltemi.proxy.observe.accesslog;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.accesslog.AccessLogs.Entry;
import io.meltemi.proxy.observe.accesslog.als.GrpcLogStreams;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// Compiles `envoy.config.accesslog.v3.AccessLog`. Thread-safe.
public final class AccessLogCompiler {
    private static final String TYPES = "type.googleapis.com/envoy.extensions.access_loggers.";

    private final FileWriter files;
    private final GrpcLogStreams streams;
    private final FormatCompiler formats;
    private final RuntimeKeys keys;

    /// @param hostname what `%HOSTNAME%` prints
    /// @param keys what filters' numbers may be overridden by
    public AccessLogCompiler(
            FileWriter files, GrpcLogStreams streams, String hostname, RuntimeKeys keys) {
        this.files = files;
        this.streams = streams;
        this.formats = new FormatCompiler(hostname);
        this.keys = keys;
    }

    /// Compiles the logs of one place in the configuration; [AccessLogs#close] gives them back.
    ///
    /// @throws IllegalArgumentException naming the log, the field and the reason; nothing is held
    ///   then
    public AccessLogs compile(List<AccessLog> logs) {
        if (logs.isEmpty()) {
            return AccessLogs.NONE;
        }
        List<Entry> entries = new ArrayList<>();
        try {
            for (int i = 0; i < logs.size(); i++) {
                entries.add(compileOne(logs.get(i), i));
            }
        } catch (IllegalArgumentException e) {
            entries.forEach(entry -> entry.log().close());
            throw e;
        }
        return new AccessLogs(entries);
    }

    /// Compiles the format of the proxy's own answers.
    ///
    /// @throws IllegalArgumentException naming what is wrong or not supported
    public ReplyFormat replyFormat(SubstitutionFormatString proto) {
        return ReplyFormat.compile(proto, formats);
    }

    /// Compiles a text made of what logs know of an exchange or a connection.
    ///
    /// @throws IllegalArgumentException naming what is wrong or not supported
    public Function<ExchangeRecord, String> text(String format) {
        return formats.strings(List.of()).apply(format);
    }

    /// Compiles which of the proxy's own answers something is for.
    ///
    /// @throws IllegalArgumentException naming the field that is not supported
    public Predicate<ExchangeRecord> replyFilter(AccessLogFilter proto) {
        return RecordFilters.compile(proto, keys)::admits;
    }

    private Entry compileOne(AccessLog log, int index) {
        try {
            RecordFilter filter = RecordFilters.compile(log.getFilter(), keys);
            return new Entry(filter, log(log.getTypedConfig()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "access_log[" + index + "] " + log.getName() + ": " + e.getMessage(), e);
        }
    }

    private static <M extends Message> M open(Any config, Class<M> type)
            throws InvalidProtocolBufferException {
        return Constraints.checked(Anys.unpack(config, type), "typed_config");
    }

    private ExchangeLog log(Any config) throws InvalidProtocolBufferException {
        String type = config.getTypeUrl();
        return switch (type.startsWith(TYPES) ? type.substring(TYPES.length()) : type) {
            case "file.v3.FileAccessLog" -> file(open(config, FileAccessLog.class));
            case "stream.v3.StdoutAccessLog" -> {
                StdoutAccessLog stdout = open(config, StdoutAccessLog.class);
                yield stream("/dev/stdout", stdout.hasLogFormat(), stdout.getLogFormat());
            }
            case "stream.v3.StderrAccessLog" -> {
                StderrAccessLog stderr = open(config, StderrAccessLog.class);
                yield stream("/dev/stderr", stderr.hasLogFormat(), stderr.getLogFormat());
            }
            case "grpc.v3.HttpGrpcAccessLogConfig" ->
                    streams.http(open(config, HttpGrpcAccessLogConfig.class));
            case "grpc.v3.TcpGrpcAccessLogConfig" ->
                    streams.tcp(open(config, TcpGrpcAccessLogConfig.class));
            case "open_telemetry.v3.OpenTelemetryAccessLogConfig" -> {
                OpenTelemetryAccessLogConfig otlp =
                        open(config, OpenTelemetryAccessLogConfig.class);
                yield streams.otlp().log(otlp, formats.strings(otlp.getFormattersList()));
            }
            default -> throw new IllegalArgumentException("log type " + type + " is not supported");
        };
    }

    private ExchangeLog stream(String path, boolean hasFormat, SubstitutionFormatString format) {
        return open(path, hasFormat ? formats.compile(format) : formats.standard());
    }

    @SuppressWarnings("deprecation") // older control planes still write format and json_format
    private ExchangeLog file(FileAccessLog file) {
        if (file.getPath().isEmpty()) {
            throw new IllegalArgumentException("path is empty");
        }
        LineFormat format =
                switch (file.getAccessLogFormatCase()) {
                    case LOG_FORMAT -> formats.compile(file.getLogFormat());
                    case FORMAT -> formats.text(file.getFormat(), false);
                    case JSON_FORMAT -> formats.json(file.getJsonFormat(), false);
                    case TYPED_JSON_FORMAT -> formats.json(file.getTypedJsonFormat(), false);
                    case ACCESSLOGFORMAT_NOT_SET -> formats.standard();
                };
        return open(file.getPath(), format);
    }

    private ExchangeLog open(String path, LineFormat format) {
        return new FileLog(format, files.acquire(path), files);
    }
}
