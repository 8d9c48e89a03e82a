package dev.jobstream.architecture;

import java.io.IOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a host may touch: the types that docs/api.md lists, and what others can see of them. */
final class PublicApi {

    private static final Path LIST = Path.of("..", "..", "docs", "api.md");
    private static final Pattern PACKAGE = Pattern.compile("## `(dev\\.jobstream[.\\w]+)`");
    private static final Pattern TYPE = Pattern.compile("\\| `(\\w+)` .*");

    private static final Set<Class<?>> EVERYBODYS = Set.of(Object.class, Record.class, Enum.class);

    private PublicApi() {}

    static List<Class<?>> types() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        String inPackage = "";
        for (String line : Files.readAllLines(LIST)) {
            Matcher heading = PACKAGE.matcher(line);
            Matcher row = TYPE.matcher(line);
            if (heading.matches()) {
                inPackage = heading.group(1);
            } else if (row.matches()) {
                try {
                    types.add(Class.forName(inPackage + "." + row.group(1), false, PublicApi.class.getClassLoader()));
                } catch (ClassNotFoundException e) {
                    throw new AssertionError(LIST + " lists what is not there", e);
                }
            }
        }
        return types;
    }

    /** One line for each type and for each member, sorted; without what every object, record and enum has. */
    static List<String> signatures() throws IOException {
        return types().stream()
                .flatMap(type -> Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredClasses())))
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .sorted(Comparator.comparing(Class::getName))
                .map(PublicApi::signature)
                .flatMap(String::lines)
                .toList();
    }

    private static String signature(Class<?> type) {
        String bases = Stream.concat(
                        Stream.ofNullable(type.getAnnotatedSuperclass()), Stream.of(type.getAnnotatedInterfaces()))
                .filter(base -> !EVERYBODYS.contains(PublicApi.erased(base.getType())))
                .map(PublicApi::name)
                .collect(Collectors.joining(", "));
        List<Member> members = new ArrayList<>();
        members.addAll(List.of(type.getDeclaredFields()));
        members.addAll(List.of(type.getDeclaredConstructors()));
        members.addAll(List.of(type.getDeclaredMethods()));
        return kind(type) + " " + type.getName() + (bases.isEmpty() ? "" : " : " + bases)
                + members.stream()
                        .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                        .filter(member -> !member.isSynthetic() && !isEverybodys(member))
                        .map(PublicApi::signature)
                        .sorted()
                        .map(line -> "\n  " + line)
                        .collect(Collectors.joining());
    }

    private static Type erased(Type type) {
        return type instanceof ParameterizedType generic ? generic.getRawType() : type;
    }

    private static boolean isEverybodys(Member member) {
        return member instanceof Method method
                && EVERYBODYS.stream()
                        .filter(base -> base.isAssignableFrom(method.getDeclaringClass()))
                        .flatMap(base -> Stream.of(base.getMethods()))
                        .anyMatch(theirs -> theirs.getName().equals(method.getName())
                                && theirs.getParameterCount() == method.getParameterCount());
    }

    private static String kind(Class<?> type) {
        String kind = type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
        return Modifier.isFinal(type.getModifiers()) && kind.equals("class") ? "final class" : kind;
    }

    private static String signature(Member member) {
        String modifiers = Modifier.isStatic(member.getModifiers()) ? "static " : "";
        if (member instanceof Field field) {
            return modifiers + name(field.getAnnotatedType()) + " " + field.getName();
        }
        if (member instanceof Method method) {
            modifiers += method.isDefault() ? "default " : "";
            return modifiers + name(method.getAnnotatedReturnType()) + " " + method.getName() + parameters(method);
        }
        return "new" + parameters((Constructor<?>) member);
    }

    private static String parameters(Executable executable) {
        return Stream.of(executable.getAnnotatedParameterTypes())
                .map(PublicApi::name)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** With its type arguments, and a question mark where there may be nothing. */
    private static String name(AnnotatedType type) {
        String mayBeNull = type.isAnnotationPresent(Nullable.class) ? "?" : "";
        if (type instanceof AnnotatedParameterizedType generic) {
            Type raw = ((ParameterizedType) type.getType()).getRawType();
            return raw.getTypeName()
                    + Stream.of(generic.getAnnotatedActualTypeArguments())
                            .map(PublicApi::name)
                            .collect(Collectors.joining(", ", "<", ">"))
                    + mayBeNull;
        }
        if (type instanceof AnnotatedArrayType array) {
            return name(Objects.requireNonNull(array.getAnnotatedGenericComponentType())) + "[]" + mayBeNull;
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            return "? "
                    + Stream.concat(
                                    Stream.of(wildcard.getAnnotatedLowerBounds())
                                            .map(bound -> "super " + name(bound)),
                                    Stream.of(wildcard.getAnnotatedUpperBounds())
                                            .map(bound -> "extends " + name(bound)))
                            .collect(Collectors.joining(" "));
        }
        return type.getType().getTypeName() + mayBeNull;
    }
}
