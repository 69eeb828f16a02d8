/// (d) What happens to a request between codec and router: one package each.
@NullMarked
package io.meltemi.proxy.filter;

import org.jspecify.annotations.NullMarked;
