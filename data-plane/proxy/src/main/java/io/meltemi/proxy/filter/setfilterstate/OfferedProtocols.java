package io.meltemi.proxy.filter.setfilterstate;

import io.meltemi.proxy.config.check.AlpnNames;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate.Fact;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate.Literal;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate.Part;
import io.meltemi.proxy.observe.WireProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is offered by ALPN, best first, for each version of HTTP that a client may speak.
/// Immutable.
///
/// @param http1 for HTTP/1.1
record OfferedProtocols(List<String> http10, List<String> http1, List<String> http2) {
    OfferedProtocols {
        http10 = List.copyOf(http10);
        http1 = List.copyOf(http1);
        http2 = List.copyOf(http2);
    }

    /// @param template of names with commas between them
    static OfferedProtocols of(HeaderTemplate template, ConfigPlace at) {
        for (Part part : template.parts()) {
            if (!(part instanceof Literal || part == Fact.PROTOCOL)) {
                at.refuse("of commands only %PROTOCOL% can choose what ALPN offers here");
            }
        }
        return new OfferedProtocols(
                names(template, WireProtocol.HTTP_1_0, at),
                names(template, WireProtocol.HTTP_1_1, at),
                names(template, WireProtocol.HTTP_2, at));
    }

    private static List<String> names(
            HeaderTemplate template, WireProtocol spoken, ConfigPlace at) {
        StringBuilder text = new StringBuilder();
        for (Part part : template.parts()) {
            text.append(part instanceof Literal(String literal) ? literal : spoken.text());
        }
        List<String> names = List.of(text.toString().split(",", -1));
        return names.stream().allMatch(name -> AlpnNames.check(name, at)) ? names : List.of();
    }

    /// @param spoken by the client, as `%PROTOCOL%` says it
    List<String> of(@Nullable String spoken) {
        if (WireProtocol.HTTP_2.text().equals(spoken)) {
            return http2;
        }
        return WireProtocol.HTTP_1_0.text().equals(spoken) ? http10 : http1;
    }
}
