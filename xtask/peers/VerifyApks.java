import com.android.apksig.ApkVerifier;
import com.android.apksig.ApkVerifier.IssueWithParams;
import com.android.apksig.ApkVerifier.Result;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks AOSP's verifier (libapksig-java) about many APKs in one process. Each line of the file
 * that is named first is an APK, and, after a tab each, its v4 signature, the least and the
 * greatest SDK version, where they are given. For each it prints one line, fields separated by
 * tabs: verified, rejected or thrown; the certificates' SHA-256, with the scheme before each; the
 * names of the errors.
 */
public final class VerifyApks {
    public static void main(String[] arguments) throws Exception {
        StringBuilder out = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] asked = java.util.Arrays.copyOf(line.split("\t"), 4);
            // The library reports what it catches on standard output too.
            java.io.PrintStream real = System.out;
            System.setOut(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
            String said = ask(asked);
            System.setOut(real);
            out.append(said).append('\n');
        }
        System.out.print(out);
    }

    private static String ask(String[] asked) {
        try {
            ApkVerifier.Builder builder = new ApkVerifier.Builder(new File(asked[0]));
            if (asked[1] != null && !asked[1].isEmpty()) {
                builder.setV4SignatureFile(new File(asked[1]));
            }
            if (asked[2] != null && !asked[2].isEmpty()) {
                builder.setMinCheckedPlatformVersion(Integer.parseInt(asked[2]));
            }
            if (asked[3] != null && !asked[3].isEmpty()) {
                builder.setMaxCheckedPlatformVersion(Integer.parseInt(asked[3]));
            }
            Result result = builder.build().verify();
            List<String> signers = new ArrayList<>();
            for (Result.V1SchemeSignerInfo signer : result.getV1SchemeSigners()) {
                add(signers, "v1", signer.getCertificate());
            }
            for (Result.V2SchemeSignerInfo signer : result.getV2SchemeSigners()) {
                add(signers, "v2", signer.getCertificate());
            }
            for (Result.V3SchemeSignerInfo signer : result.getV3SchemeSigners()) {
                add(signers, "v3", signer.getCertificate());
            }
            if (result.isVerifiedUsingV4Scheme()) {
                signers.add("v4");
            }
            List<String> errors = new ArrayList<>();
            for (IssueWithParams issue : result.getAllErrors()) {
                errors.add(issue.getIssue().name());
            }
            return (result.isVerified() ? "verified" : "rejected")
                    + "\t" + String.join(" ", signers) + "\t" + String.join(" ", errors);
        } catch (Throwable thrown) {
            return "thrown\t\t" + thrown.getClass().getSimpleName();
        }
    }

    private static void add(List<String> signers, String scheme, X509Certificate certificate)
            throws Exception {
        if (certificate == null) {
            return;
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        StringBuilder hex = new StringBuilder(scheme).append(':');
        for (byte octet : digest) {
            hex.append(String.format("%02x", octet));
        }
        signers.add(hex.toString());
    }
}
