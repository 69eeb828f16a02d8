package io.meltemi.proxy.config;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.http.HeaderSpelling;
import io.meltemi.proxy.http.h1.Http1Dialect;
import io.meltemi.proxy.http.h1.Http1Dialect.Keeping;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles what `http_protocol_options` says of the messages of HTTP/1. Immutable: pure functions.
final class Http1DialectCompiler {
    private Http1DialectCompiler() {}

    static Http1Dialect compile(Http1ProtocolOptions proto, ConfigPlace at) {
        HeaderKeyFormat format = proto.getHeaderKeyFormat();
        return new Http1Dialect(
                proto.getAcceptHttp10(),
                proto.getDefaultHostForHttp10(),
                !proto.hasAllowAbsoluteUrl() || proto.getAllowAbsoluteUrl().getValue(),
                proto.getAllowChunkedLength(),
                proto.getAllowCustomMethods(),
                proto.getSendFullyQualifiedUrl(),
                ignoredUpgrades(proto, at),
                format.hasProperCaseWords() ? HeaderSpelling.ProperCase.INSTANCE : null,
                keeping(format, at.field("header_key_format")));
    }

    private static List<StringMatch> ignoredUpgrades(Http1ProtocolOptions proto, ConfigPlace at) {
        List<StringMatch> ignored = new ArrayList<>();
        for (int i = 0; i < proto.getIgnoreHttp11UpgradeCount(); i++) {
            ignored.add(
                    StringMatchCompiler.compile(
                            proto.getIgnoreHttp11Upgrade(i),
                            at.element("ignore_http_11_upgrade", i)));
        }
        return ignored;
    }

    private static @Nullable Keeping keeping(HeaderKeyFormat format, ConfigPlace at) {
        if (!format.hasStatefulFormatter()) {
            return null;
        }
        ConfigPlace place = at.field("stateful_formatter").field("typed_config");
        var config = format.getStatefulFormatter().getTypedConfig();
        if (!Anys.is(config, PreserveCaseFormatterConfig.class)) {
            place.refuse(config.getTypeUrl() + " is not supported: use preserve_case");
            return null;
        }
        try {
            PreserveCaseFormatterConfig kept =
                    Anys.unpack(config, PreserveCaseFormatterConfig.class);
            ProxyFields.all().check(kept, place);
            return new Keeping(
                    kept.getForwardReasonPhrase(),
                    switch (kept.getFormatterTypeOnEnvoyHeaders()) {
                        case PROPER_CASE -> HeaderSpelling.ProperCase.INSTANCE;
                        case DEFAULT, UNRECOGNIZED -> null;
                    });
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return null;
        }
    }
}
