package io.meltemi.proxy.filter.statefulsession;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.type.http.v3.Cookie;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.xds.message.Anys;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.stateful_session`. Immutable: pure functions.
public final class StatefulSessionCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(StatefulSession.getDescriptor(), "session_state strict")
                    .supports(StatefulSessionPerRoute.getDescriptor(), "disabled stateful_session")
                    .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                    .supports(CookieBasedSessionState.getDescriptor(), "cookie")
                    .supports(Cookie.getDescriptor(), "name ttl path")
                    .supports(HeaderBasedSessionState.getDescriptor(), "name")
                    .build();

    private StatefulSessionCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        StatefulSession session =
                TypedConfig.open(config, StatefulSession.getDefaultInstance(), FIELDS, at);
        return session == null
                ? null
                : new StatefulSessionFilter(name, sessions(session, at, context));
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        StatefulSessionPerRoute route =
                TypedConfig.open(config, StatefulSessionPerRoute.getDefaultInstance(), FIELDS, at);
        if (route == null) {
            return null;
        }
        return switch (route.getOverrideCase()) {
            case DISABLED -> {
                if (!route.getDisabled()) {
                    at.field("disabled").refuse("must be true");
                }
                yield StatefulSessionFilter.Sessions.NONE;
            }
            case STATEFUL_SESSION ->
                    sessions(route.getStatefulSession(), at.field("stateful_session"), context);
            case OVERRIDE_NOT_SET -> {
                at.refuse("must have disabled or stateful_session");
                yield null;
            }
        };
    }

    private static StatefulSessionFilter.Sessions sessions(
            StatefulSession session, ConfigPlace at, FilterContext context) {
        if (!session.hasSessionState()) {
            return StatefulSessionFilter.Sessions.NONE;
        }
        Any config = session.getSessionState().getTypedConfig();
        ConfigPlace place = at.field("session_state").field("typed_config");
        return new StatefulSessionFilter.Sessions(
                state(config, place, context), session.getStrict());
    }

    private static @Nullable SessionState state(Any config, ConfigPlace at, FilterContext context) {
        if (Anys.is(config, CookieBasedSessionState.class)) {
            CookieBasedSessionState cookie =
                    TypedConfig.open(
                            config, CookieBasedSessionState.getDefaultInstance(), FIELDS, at);
            return cookie == null ? null : cookie(cookie.getCookie(), at.field("cookie"), context);
        }
        if (Anys.is(config, HeaderBasedSessionState.class)) {
            HeaderBasedSessionState header =
                    TypedConfig.open(
                            config, HeaderBasedSessionState.getDefaultInstance(), FIELDS, at);
            if (header != null && header.getName().isEmpty()) {
                at.field("name").refuse("must not be empty");
            }
            return header == null
                    ? null
                    : new HeaderSession(header.getName().toLowerCase(Locale.ROOT));
        }
        at.refuse("'" + config.getTypeUrl() + "' keeps no sessions here");
        return null;
    }

    private static SessionState cookie(Cookie cookie, ConfigPlace at, FilterContext context) {
        if (cookie.getName().isEmpty()) {
            at.field("name").refuse("must not be empty");
        }
        long nanos = Values.nanos(cookie.getTtl(), at.field("ttl"));
        return new CookieSession(
                cookie.getName(), nanos / 1_000_000_000L, cookie.getPath(), context.epochSeconds());
    }
}
