import com.adobe.epubcheck.tool.EpubChecker;

/** Checks every file named, one after another: starting Java costs more than the checks. */
public class EpubCheckAll {
  public static void main(String[] files) {
    int worst = 0;
    for (String file : files) {
      int result = new EpubChecker().run(new String[] {file, "--quiet", "--failonwarnings"});
      System.out.println(result + " " + file);
      worst = Math.max(worst, result);
    }
    System.exit(worst);
  }
}
