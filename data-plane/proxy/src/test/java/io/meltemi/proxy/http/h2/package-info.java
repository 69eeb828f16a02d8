/// HTTP/2 against ourselves, against others, and against peers that break the rules.
@NullMarked
package io.meltemi.proxy.http.h2;

import org.jspecify.annotations.NullMarked;
