package io.meltemi.proxy.overload;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.overload.v3.LoadShedPoint;
import io.envoyproxy.envoy.config.overload.v3.OverloadAction;
import io.envoyproxy.envoy.config.overload.v3.OverloadManager;
import io.envoyproxy.envoy.config.overload.v3.ResourceMonitor;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.meltemi.proxy.config.Durations;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.loop.TimeoutScale;
import io.meltemi.proxy.overload.OverloadSettings.OnResource;
import io.meltemi.xds.message.Anys;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles `overload_manager`. Confined to one compilation.
public final class OverloadCompiler {
    private static final long DEFAULT_REFRESH_NANOS = 1_000_000_000L;
    private static final long LEAST_REFRESH_NANOS = 1_000_000L;
    private static final String ACTIONS = "envoy.overload_actions.";

    private final ConfigPlace at;
    private final MonitorCompiler monitors = new MonitorCompiler();
    private final Map<Lever, List<OnResource>> levers = new EnumMap<>(Lever.class);
    private TimeoutScale.Minimums timeouts = TimeoutScale.Minimums.NONE;

    private OverloadCompiler(ConfigPlace at) {
        this.at = at;
    }

    /// Which fields are obeyed; of `buffer_factory_config` nothing is.
    public static void addFields(SupportedFields.Builder fields) {
        fields.supports(
                        OverloadManager.getDescriptor(),
                        "refresh_interval resource_monitors actions loadshed_points")
                .supports(ResourceMonitor.getDescriptor(), "name typed_config")
                .supports(OverloadAction.getDescriptor(), "name triggers typed_config")
                .supports(LoadShedPoint.getDescriptor(), "name triggers")
                .supports(
                        io.envoyproxy.envoy.config.overload.v3.Trigger.getDescriptor(),
                        "name threshold scaled")
                .supports(
                        io.envoyproxy.envoy.config.overload.v3.ThresholdTrigger.getDescriptor(),
                        "value")
                .supports(
                        io.envoyproxy.envoy.config.overload.v3.ScaledTrigger.getDescriptor(),
                        "scaling_threshold saturation_threshold");
    }

    /// What is wrong is refused below `at`; what comes back then is not to be used.
    public static OverloadSettings compile(OverloadManager proto, ConfigPlace at) {
        return new OverloadCompiler(at).compiled(proto);
    }

    private OverloadSettings compiled(OverloadManager proto) {
        Constraints.check(proto, at);
        for (int i = 0; i < proto.getResourceMonitorsCount(); i++) {
            monitors.add(proto.getResourceMonitors(i), at.element("resource_monitors", i));
        }
        for (int i = 0; i < proto.getActionsCount(); i++) {
            action(proto.getActions(i), at.element("actions", i));
        }
        for (int i = 0; i < proto.getLoadshedPointsCount(); i++) {
            point(proto.getLoadshedPoints(i), at.element("loadshed_points", i));
        }
        long refresh =
                proto.hasRefreshInterval()
                        ? Math.max(LEAST_REFRESH_NANOS, Durations.nanos(proto.getRefreshInterval()))
                        : DEFAULT_REFRESH_NANOS;
        return new OverloadSettings(
                refresh, monitors.compiled(), levers, timeouts, monitors.mostConnections());
    }

    private void action(OverloadAction action, ConfigPlace place) {
        Lever lever = Lever.named(action.getName(), false);
        if (lever == null) {
            place.field("name").refuse(whyNot(action.getName()));
            return;
        }
        if (lever == Lever.REDUCE_TIMEOUTS) {
            timeouts(action.getTypedConfig(), place.field("typed_config"));
        } else if (action.hasTypedConfig()) {
            place.field("typed_config").refuse("'" + action.getName() + "' takes none");
        }
        put(lever, action.getTriggersList(), place, true);
    }

    private static String whyNot(String name) {
        return switch (name) {
            case ACTIONS + "shrink_heap" ->
                    "'"
                            + name
                            + "' is not supported: the JVM itself decides when it gives back"
                            + " memory";
            case ACTIONS + "reset_high_memory_stream" -> "'" + name + "' is not supported yet";
            default -> "there is no overload action '" + name + "'";
        };
    }

    private void point(LoadShedPoint point, ConfigPlace place) {
        Lever lever = Lever.named(point.getName(), true);
        if (lever == null) {
            place.field("name")
                    .refuse("the load shed point '" + point.getName() + "' is not supported yet");
            return;
        }
        put(lever, point.getTriggersList(), place, false);
    }

    /// Envoy: the limit of connections triggers actions, but no load shed point.
    private void put(
            Lever lever,
            List<io.envoyproxy.envoy.config.overload.v3.Trigger> protos,
            ConfigPlace place,
            boolean byConnections) {
        Map<String, OnResource> byResource = new HashMap<>();
        for (int i = 0; i < protos.size(); i++) {
            ConfigPlace trigger = place.element("triggers", i);
            String resource = protos.get(i).getName();
            if (!monitors.has(resource, byConnections)) {
                trigger.field("name").refuse("'" + resource + "' is none of resource_monitors");
            }
            Trigger compiled = trigger(protos.get(i), trigger);
            if (compiled != null
                    && byResource.put(resource, new OnResource(resource, compiled)) != null) {
                trigger.field("name").refuse("'" + resource + "' is used twice");
            }
        }
        if (levers.put(lever, List.copyOf(byResource.values())) != null) {
            place.field("name").refuse("'" + lever.envoyName() + "' is used twice");
        }
    }

    private static @Nullable Trigger trigger(
            io.envoyproxy.envoy.config.overload.v3.Trigger proto, ConfigPlace place) {
        return switch (proto.getTriggerOneofCase()) {
            case THRESHOLD -> new Trigger.Threshold(proto.getThreshold().getValue());
            case SCALED -> {
                double from = proto.getScaled().getScalingThreshold();
                double full = proto.getScaled().getSaturationThreshold();
                if (from >= full) {
                    place.field("scaled")
                            .refuse("scaling_threshold must be less than saturation_threshold");
                }
                yield new Trigger.Scaled(from, full);
            }
            // The check of rules has named it.
            case TRIGGERONEOF_NOT_SET -> null;
        };
    }

    private void timeouts(Any config, ConfigPlace place) {
        ScaleTimersOverloadActionConfig scale =
                open(config, ScaleTimersOverloadActionConfig.class, place);
        if (scale == null) {
            return;
        }
        Map<TimeoutScale.Kind, TimeoutScale.Minimum> byKind = new HashMap<>();
        for (int i = 0; i < scale.getTimerScaleFactorsCount(); i++) {
            var factor = scale.getTimerScaleFactors(i);
            ConfigPlace timer = place.element("timer_scale_factors", i).field("timer");
            TimeoutScale.Kind kind =
                    switch (factor.getTimer()) {
                        case HTTP_DOWNSTREAM_CONNECTION_IDLE -> TimeoutScale.Kind.CONNECTION_IDLE;
                        case HTTP_DOWNSTREAM_STREAM_IDLE -> TimeoutScale.Kind.STREAM_IDLE;
                        case TRANSPORT_SOCKET_CONNECT -> TimeoutScale.Kind.HANDSHAKE;
                        case HTTP_DOWNSTREAM_CONNECTION_MAX -> TimeoutScale.Kind.CONNECTION_MAX;
                        case UNSPECIFIED, UNRECOGNIZED -> null;
                    };
            if (kind == null) {
                if (!timer.isRefused()) {
                    timer.refuse("is no timer of this proxy");
                }
                continue;
            }
            TimeoutScale.Minimum least =
                    factor.hasMinTimeout()
                            ? new TimeoutScale.Minimum(Durations.nanos(factor.getMinTimeout()), -1)
                            : new TimeoutScale.Minimum(0, factor.getMinScale().getValue() / 100);
            if (byKind.put(kind, least) != null) {
                timer.refuse(factor.getTimer() + " is used twice");
            }
        }
        timeouts = new TimeoutScale.Minimums(byKind);
    }

    /// Null after refusing it.
    static <M extends Message> @Nullable M open(Any config, Class<M> type, ConfigPlace place) {
        try {
            M message = Anys.unpack(config, type);
            Constraints.check(message, place);
            return message;
        } catch (InvalidProtocolBufferException e) {
            place.refuse(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
