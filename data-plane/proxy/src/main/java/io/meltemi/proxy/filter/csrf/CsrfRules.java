package io.meltemi.proxy.filter.csrf;

import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.StringMatch;
import java.util.List;

/// Which origins may change things beside the site itself. Immutable.
record CsrfRules(Fraction enabled, Fraction shadow, List<StringMatch> additionalOrigins) {
    CsrfRules {
        additionalOrigins = List.copyOf(additionalOrigins);
    }

    boolean allows(String source, String target) {
        if (source.equals(target)) {
            return true;
        }
        for (int i = 0; i < additionalOrigins.size(); i++) {
            if (additionalOrigins.get(i).matches(source)) {
                return true;
            }
        }
        return false;
    }
}
